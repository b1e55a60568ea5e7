/*
title = "Text sorted by another library"
severity = "error"
precision = "very-high"
message = "database {name} was sorted by version {old} of the collation library and the server uses {new}: indexes on text may miss rows and let duplicates in"
help = "Reindex the database (`reindex database concurrently`), then `alter database ... refresh collation version`."
*/
select d.id as entity, d.name, d.collation_version as old, d.current_collation_version as new
from databases d
where d.collation_version <> d.current_collation_version

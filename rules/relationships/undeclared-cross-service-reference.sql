/*
title = "Reference to another service that nothing declares"
severity = "note"
precision = "medium"
scope = "fleet"
message = "{column} of {table} seems to refer to {noun} of {target_service}, which no foreign key can check"
help = "Write `@references {target_service}.<Model>.id` into its comment, and agree who cleans up when the row is deleted."
*/
select r.column_id as entity, r."table", r."column", r.noun, r.target_service
from cross_service_references r
where not exists (select 1 from annotations a where a.entity_id = r.column_id and a.name = 'references')

/*
title = "UUID default that needs an extension"
severity = "note"
precision = "very-high"
profiles = ["strict"]
message = "{column} of {table} takes its uuid from {function}() of an extension, although gen_random_uuid() is built in"
help = "Use gen_random_uuid(), and drop the extension when nothing else needs it."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set default gen_random_uuid();"
safety = "safe"
why = "both make random UUIDs of version 4"
*/
select c.id as entity, c.schema, c."table", c.name as "column", d.function
from own_columns c
join defaults d on d.column_id = c.id
where d.function = 'uuid_generate_v4'

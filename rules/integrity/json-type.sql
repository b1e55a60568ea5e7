/*
title = "Column of the type json"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "{column} of {table} is json, which is kept as text and parsed anew by every query"
help = "Use jsonb, unless the exact text or repeated keys must be kept."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type jsonb;"
safety = "unsafe"
why = "it rewrites the table under an exclusive lock, and the order of keys, blanks and repeated keys are lost"
*/
select c.id as entity, c.schema, c."table", c.name as "column"
from own_columns c
where c.base_type = 'json' and not c.array

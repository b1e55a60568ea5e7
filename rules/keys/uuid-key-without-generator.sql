/*
title = "UUID key that nothing generates"
severity = "warning"
precision = "medium"
judged_without = ["client_defaults"]
message = "uuid key {column} of {table} has neither a database default nor a client default"
help = "Give {column} a generator: `default gen_random_uuid()` in SQL, `@default(dbgenerated(\"gen_random_uuid()\"))` in Prisma."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set default gen_random_uuid();"
safety = "safe"
why = "a default changes only inserts that leave the column out, and these fail today"
*/
select k.column_id as entity, k.schema, k."table", k.name as "column"
from key_states k
join models m on m.table_id = k.table_id
where k.state = 'uuid' and k.width = 1 and k."default" is null and k.generator is null

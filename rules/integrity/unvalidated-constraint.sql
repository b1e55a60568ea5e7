/*
title = "Constraint left NOT VALID"
severity = "warning"
precision = "very-high"
message = "{kind} {name} of {table} is NOT VALID: rows from before it was added were never checked"
help = "Validate it: alter table {table} validate constraint {name}."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} validate constraint {name:identifier};"
safety = "safe"
why = "it reads the table under a lock that lets reads and writes go on, and fails without a change if a row breaks the rule"
*/
select k.id as entity, 'foreign key' as kind, k.name, t.schema, t.name as "table"
from foreign_keys k
join own_tables t on t.id = k.table_id
where not k.validated and k.enforced
union all
select k.id, 'check', k.name, t.schema, t.name
from checks k
join own_tables t on t.id = k.table_id
where not k.validated and k.enforced

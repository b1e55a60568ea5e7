/*
title = "Constraint that is not enforced"
severity = "warning"
precision = "very-high"
message = "{kind} {name} of {table} is NOT ENFORCED: the database accepts rows that break it"
help = "Enforce it, or drop it and say in a comment what is expected of the rows."
*/
select k.id as entity, 'foreign key' as kind, k.name, t.name as "table"
from foreign_keys k
join own_tables t on t.id = k.table_id
where not k.enforced
union all
select k.id, 'check', k.name, t.name
from checks k
join own_tables t on t.id = k.table_id
where not k.enforced

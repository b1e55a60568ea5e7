/*
title = "Foreign key that is switched off"
severity = "error"
precision = "very-high"
message = "foreign key {name} of {table} is switched off: its triggers on {off} are disabled, so rows may refer to nothing"
help = "Enable the triggers, and look for rows that refer to nothing: they are not checked again."

[fix]
sql = "alter table {schema:identifier}.{off:identifier} enable trigger all;"
safety = "unsafe"
why = "triggers of users on the table that were disabled on purpose are enabled, too, and rows that refer to nothing stay"
*/
select k.id as entity, k.name, t.name as "table", o.name as off, o.schema
from own_tables t
join foreign_keys k on k.table_id = t.id
join switched_off s on s.constraint_id = k.id
join tables o on o.id = s.table_id

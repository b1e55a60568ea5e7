/*
title = "Table without a primary key"
severity = "error"
precision = "very-high"
message = "table {table} has no primary key"
help = "Add a primary key; a row that nothing identifies cannot be referenced, updated alone or replicated."
*/
select t.id as entity, t.name as "table"
from own_tables t
where not t.implicit_join
  and not exists (select 1 from primary_keys k where k.table_id = t.id)

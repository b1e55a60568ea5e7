/*
title = "Counted key that can run out"
severity = "warning"
precision = "high"
judged_without = ["client_defaults"]
message = "primary key {column} of {table} is {type} and counted up: after {maximum} no row can be inserted"
help = "Use uuid, or bigint where a counter is wanted, for {column} and every column that refers to it."
*/
select k.column_id as entity, k.name as "column", k."table", k.type,
  case k.base_type when 'smallint' then '32,767' else '2,147,483,647' end as maximum
from key_states k
where k.base_type in ('smallint', 'integer')
  and (k.identity is not null or k.serial or k.default_kind = 'sequence')
  and not exists (select 1 from table_classes l where l.table_id = k.table_id and l.class_ = 'lookup')

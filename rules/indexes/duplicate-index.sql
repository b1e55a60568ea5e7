/*
title = "Index that repeats another"
severity = "warning"
precision = "very-high"
message = "index {index} repeats {kept} of {table}: same columns, order and predicate"
help = "Drop {index}; every write to {table} keeps both of them up to date."

[fix]
sql = "drop index concurrently {schema:identifier}.{ordinary:identifier};"
prisma = "{attribute}"
prisma_edit = "remove-attribute"
safety = "safe"
why = "the other index answers the same queries, and CONCURRENTLY lets reads and writes go on"
*/
select d.index_id as entity, coalesce(d.kept_constraint_id, d.kept_id) as related, d."index", d.kept, d.schema, d."table",
  case t.kind when 'ordinary' then d."index" end as ordinary,
  case when m.table_id is not null then case when i.unique_ then '@@unique' else '@@index' end end as attribute
from duplicate_indexes d
join tables t on t.id = d.table_id
join indexes i on i.id = d.index_id
left join models m on m.table_id = d.table_id

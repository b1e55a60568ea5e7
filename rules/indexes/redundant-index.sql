/*
title = "Index that is the beginning of another"
severity = "warning"
precision = "high"
message = "index {index} is the beginning of {longer}, which answers the same queries on {table}"
help = "Drop {index}; a btree index on more columns is searched by its first ones as well."

[fix]
sql = "drop index concurrently {schema:identifier}.{ordinary:identifier};"
prisma = "{attribute}"
prisma_edit = "remove-attribute"
safety = "safe"
why = "the longer index answers the same queries, and CONCURRENTLY lets reads and writes go on"
*/
select p.index_id as entity, coalesce(p.longer_constraint_id, p.longer_id) as related, p."index", p.longer, p.schema,
  p."table", case t.kind when 'ordinary' then p."index" end as ordinary,
  case when m.table_id is not null then '@@index' end as attribute
from index_prefix_of p
join tables t on t.id = p.table_id
left join models m on m.table_id = p.table_id
where p.longer_width > p.width and not p.unique_
group by p.index_id
having min(printf('%03d%s', p.longer_width, p.longer)) <> ''

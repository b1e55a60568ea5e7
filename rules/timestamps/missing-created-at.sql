/*
title = "Table without the time of creation"
severity = "warning"
precision = "high"
message = "table {table} has no column that tells when a row was made"
help = "Add {column} with a default of now()."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} add column {column:identifier} timestamptz not null default now();"
prisma = "{field} DateTime @default(now()){map} @db.Timestamptz(6)"
prisma_edit = "add-to-model"
safety = "unsafe"
why = "quick, but rows that exist get the time of the migration, which is not when they were made"
*/
select t.id as entity, t.schema, t.name as "table",
  case when s.camel_columns then 'createdAt' else 'created_at' end as "column",
  case when s.camel_fields then 'createdAt' when s.model is not null then 'created_at' end as field,
  case when s.camel_columns = s.camel_fields then '' when s.camel_columns then ' @map("createdAt")'
    else ' @map("created_at")' end as map
from own_tables t
join naming_styles s on s.table_id = t.id
where exists (select 1 from table_classes k where k.table_id = t.id and k.class_ in ('entity', 'append-only'))
  and t.id not in (select c.table_id from creation_times c)
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning = 'cache')

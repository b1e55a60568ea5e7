/*
title = "Time of creation that every writer must bring"
severity = "warning"
precision = "high"
judged_without = ["triggers"]
message = "{column} of {table} has no default"
help = "Let the database fill {column} in: `default now()` in SQL, `@default(now())` in Prisma."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set default now();"
prisma = "{attribute}"
prisma_edit = "add-to-field"
safety = "safe"
why = "a default changes only inserts that leave the column out"
*/
select s.id as entity, s.schema, s."table", s.name as "column",
  case when f.column_id is not null then '@default(now())' end as attribute
from timestamps s
left join fields f on f.column_id = s.id
where s.is_timestamp and (s.phrase like '%creat%' or s.phrase like 'inserted%')
  and not exists (select 1 from defaults d where d.column_id = s.id)
  and not exists (select 1 from trigger_assignments a where a.column_id = s.id)

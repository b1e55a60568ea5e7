/*
title = "Owner column that leads no index"
severity = "note"
precision = "medium"
message = "{column} of {table} says whose row it is and leads no index"
help = "Let it lead an index: a person's own rows are what most queries, policies and erasures ask for."

[fix]
sql = "create index concurrently on {schema:identifier}.{table:identifier} ({column:identifier});"
prisma = "@@index([{field}])"
prisma_edit = "add-to-model"
safety = "safe"
why = "an index changes no result, and CONCURRENTLY does not block writes"
*/
select c.id as entity, c.schema, c."table", c.name as "column", f.name as field
from owner_columns c
left join fields f on f.column_id = c.id
where not exists (select 1 from tenant_columns s where s.table_id = c.table_id)
  and not exists (select 1 from leading_columns l where l.column_id = c.id and l.predicate is null)
  and not exists (select 1 from foreign_key_columns k where k.column_id = c.id and k.position = 1)

/*
title = "Tenant column that leads no index"
severity = "warning"
precision = "medium"
message = "tenant column {column} of {table} leads no index, so a policy on it reads all tenants' rows"
help = "Let it lead an index, best the one that queries use most: ({column}, created_at)."

[fix]
sql = "create index concurrently on {schema:identifier}.{table:identifier} ({column:identifier});"
prisma = "@@index([{field}])"
prisma_edit = "add-to-model"
safety = "safe"
why = "an index changes no result, and CONCURRENTLY does not block writes"
*/
select c.id as entity, c.schema, c."table", c.name as "column", f.name as field
from tenant_columns c
left join fields f on f.column_id = c.id
where not exists (select 1 from leading_columns l where l.column_id = c.id and l.predicate is null)
  and not exists (select 1 from foreign_key_columns k where k.column_id = c.id and k.position = 1)

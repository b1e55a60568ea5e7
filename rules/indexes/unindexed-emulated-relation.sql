/*
title = "Emulated relation without an index"
severity = "warning"
precision = "very-high"
message = "relation {name} is kept by Prisma's client alone and no index leads with {columns:list}: each check of it scans {table}"
help = "Add an index on {table}({columns:list}); with relationMode \"prisma\" nothing else finds the rows that refer to {referenced}."

[fix]
sql = "create index concurrently on {schema:identifier}.{table:identifier} ({columns:identifiers});"
prisma = "@@index([{fields:list}])"
prisma_edit = "add-to-model"
safety = "safe"
why = "an index changes no result, and CONCURRENTLY lets writes go on while it is built"
*/
select k.id as entity, k.referenced_table_id as related, r.field as name, k.schema, k."table", k.columns, f.fields,
  k.referenced_name as referenced
from foreign_key_cover v
join foreign_key_shape k on k.id = v.foreign_key_id
join relations r on r.foreign_key_id = k.id
join foreign_key_fields f on f.foreign_key_id = k.id
where v.grade <> 'covered' and k.emulated

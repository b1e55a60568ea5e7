/*
title = "Composite foreign key served by a part of an index"
severity = "note"
precision = "medium"
message = "only a part of foreign key {name} on {table}({columns:list}) leads an index, {index}"
help = "Let the columns {columns:list} be the first of one index if the part that leads now does not narrow the rows down."

[fix]
sql = "create index concurrently on {schema:identifier}.{ordinary:identifier} ({columns:identifiers});"
prisma = "@@index([{fields:list}])"
prisma_edit = "add-to-model"
safety = "safe"
why = "an index changes no result, and CONCURRENTLY lets writes go on while it is built"
*/
select k.id as entity, v.index_id as related, k.name, k.schema, k."table", k.columns, v."index", f.fields,
  case t.kind when 'ordinary' then t.name end as ordinary
from foreign_key_cover v
join foreign_key_shape k on k.id = v.foreign_key_id
join tables t on t.id = k.table_id
join foreign_key_fields f on f.foreign_key_id = k.id
where v.grade = 'weak' and k.enforced and not k.emulated

/*
title = "Foreign key without an index"
severity = "warning"
precision = "very-high"
message = "foreign key {name} has no index that leads with {columns:list}: every delete in {referenced} scans {table} {purpose}{remark}"
help = "Add an index on {table}({columns:list})."

[fix]
sql = "create index concurrently on {schema:identifier}.{ordinary:identifier} ({columns:identifiers});"
prisma = "@@index([{fields:list}])"
prisma_edit = "add-to-model"
safety = "safe"
why = "an index changes no result, and CONCURRENTLY lets writes go on while it is built"
*/
select k.id as entity, k.referenced_table_id as related, k.name, k.schema, k."table", k.columns, f.fields,
  k.referenced_name as referenced, k.on_delete, case t.kind when 'ordinary' then t.name end as ordinary,
  case k.on_delete
    when 'cascade' then 'for the rows to delete with it'
    when 'set null' then 'for the references to clear'
    when 'set default' then 'for the references to change'
    else 'to see whether anything refers to the row'
  end as purpose,
  coalesce((
    select ' (' || min(i.name) || ' does not serve: it is ' || case when i.valid then 'partial' else 'not valid' end || ')'
    from indexes i
    join index_columns p on p.index_id = i.id and p.position = 1 and (i.predicate is not null or not i.valid)
    join foreign_key_columns w on w.foreign_key_id = k.id and w.column_id = p.column_id
    where i.table_id = k.table_id
  ), '') as remark
from foreign_key_cover v
join foreign_key_shape k on k.id = v.foreign_key_id
join tables t on t.id = k.table_id
join foreign_key_fields f on f.foreign_key_id = k.id
where v.grade = 'none' and k.enforced and not k.emulated

/*
title = "Reference to rows of several tables"
severity = "note"
precision = "medium"
message = "{column} of {table} refers to whatever {kind} says, which no foreign key can check"
help = "Use one nullable foreign key per target and a CHECK that just one is set, or a table that all targets share."
*/
select c.id as entity, k.id as related, k."table", c.name as "column", k.name as kind
from words w
join own_columns k on k.id = w.entity_id
join columns c on c.table_id = k.table_id
where w.word in ('type', 'kind')
  and lower(c.name) = lower(substr(k.name, 1, length(k.name) - 4) || 'id')
  and not exists (select 1 from foreign_key_columns f where f.column_id = c.id)
  and not exists (select 1 from table_classes a where a.table_id = k.table_id and a.class_ = 'append-only')
  and exists (
    select 1 from words n
    where n.entity_id = c.id and n.position = 1
      and (n.word like '%able' or n.word in ('actor', 'assignee', 'context', 'entity', 'holder', 'item', 'model', 'object',
        'owner', 'parent', 'record', 'ref', 'reference', 'related', 'resource', 'source', 'subject', 'target'))
  )

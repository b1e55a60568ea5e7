/*
title = "Relation that does not say what a delete does"
severity = "warning"
precision = "high"
message = "relation {field} of {model} does not say onDelete, so deleting the {referenced} {effect}"
help = "Write onDelete: Restrict, Cascade or SetNull, whichever is meant for rows of {model} that lose their {referenced}."

[fix]
prisma = "onDelete: {action}"
prisma_edit = "add-to-relation"
safety = "safe"
why = "it is the action that Prisma chooses today, written down"
*/
select k.id as entity, r.field, m.name as model, r.referenced_model as referenced,
  case k.on_delete when 'set null' then 'SetNull' else 'Restrict' end as action,
  case k.on_delete
    when 'set null' then 'clears ' || (
      select group_concat(f.name, ', ') from foreign_key_columns p join fields f on f.column_id = p.column_id
      where p.foreign_key_id = k.id
    )
    else 'fails while any ' || m.name || ' refers to it'
  end as effect
from relations r
join foreign_keys k on k.id = r.foreign_key_id
join models m on m.table_id = k.table_id
where not k.on_delete_declared

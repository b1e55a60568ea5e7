/*
title = "Parts that do not go with their whole"
severity = "note"
precision = "low"
message = "rows of {table} look like parts of {whole}, but deleting a row of {whole} {effect}"
help = "Say ON DELETE CASCADE if a row of {table} means nothing without its {whole}, or RESTRICT if that is meant."
*/
select k.id as entity, k.referenced_table_id as related, t.name as "table", k.referenced_name as whole,
  case k.on_delete
    when 'set null' then 'leaves them without it' when 'set default' then 'gives them to another'
    else 'is refused while it has any'
  end as effect
from compositions c
join foreign_keys k on k.id = c.foreign_key_id
join tables t on t.id = k.table_id
where k.on_delete <> 'cascade' and not (k.on_delete = 'restrict' and k.on_delete_declared)
  and k.table_id not in (select p.id from protected_tables p)

/*
title = "Cascade from a table whose rows are only marked as deleted"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "rows of {referenced} are marked as deleted by {column}, so ON DELETE {action} of {name} does nothing and {table} stay as they are"
help = "Filter {table} by {column} of {referenced}, or mark them too; a purge that really deletes will take them along."
*/
select k.id as entity, k.referenced_table_id as related, k.name, k."table", k.referenced_name as referenced,
  min(s."column") as "column", upper(k.on_delete) as action
from foreign_key_shape k
join soft_delete_tables s on s.id = k.referenced_table_id
where k.on_delete in ('cascade', 'set null')
  and k.table_id not in (select o.id from soft_delete_tables o)
  and k.table_id not in (select j.id from join_tables j)
group by k.id

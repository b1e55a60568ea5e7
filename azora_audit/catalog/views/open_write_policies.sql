-- Permissive policies for writing that hold for every row: the expression that guards the command is always true.
select p.*, t.service_id, t.schema, t.name as "table"
from own_tables t
join policies p on p.table_id = t.id
where p.permissive
  and (
    p.command = 'insert' and p.check_always_true
    or p.command = 'delete' and p.using_always_true
    or p.command in ('update', 'all') and p.using_always_true and (p.check_expression is null or p.check_always_true)
    or p.command in ('update', 'all') and p.check_always_true
  )

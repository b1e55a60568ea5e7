/*
title = "Audit records that do not say who acted"
severity = "warning"
precision = "medium"
message = "audit table {table} has no column that tells who acted"
help = "Add a column with the key of the user, and one for the program when it was no user."
*/
select t.id as entity, t.name as "table"
from own_tables t
join meanings a on a.entity_id = t.id
where a.meaning = 'audit'
  and not exists (
    select 1 from columns c join words w on w.entity_id = c.id
    where c.table_id = t.id and w.word in ('account', 'actor', 'admin', 'agent', 'by', 'client', 'customer', 'email',
      'employee', 'identity', 'login', 'member', 'operator', 'person', 'principal', 'staff', 'subject', 'user', 'username', 'who')
  )
  and not exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = t.id and m.meaning = 'user-reference'
  )
  and not exists (
    select 1 from foreign_keys k join meanings p on p.entity_id = k.referenced_table_id
    where k.table_id = t.id and p.meaning = 'audit'
  )

/*
title = "Audit records that do not say when"
severity = "error"
precision = "high"
message = "audit table {table} has no column that tells when something happened"
help = "Add occurred_at timestamptz not null default now()."
*/
select t.id as entity, t.name as "table"
from own_tables t
where exists (select 1 from meanings a where a.entity_id = t.id and a.meaning = 'audit')
  and not exists (select 1 from meanings m join columns c on c.id = m.entity_id
    where c.table_id = t.id and m.meaning = 'created-at')
  and not exists (
    select 1 from columns c
    where c.table_id = t.id and c.base_type in ('timestamp with time zone', 'timestamp without time zone', 'date')
  )
  and not exists (
    select 1 from columns c join words w on w.entity_id = c.id
    where c.table_id = t.id and w.word in ('clock', 'epoch', 'time', 'timestamp', 'ts', 'when')
  )
  and not exists (
    select 1 from foreign_keys k join meanings p on p.entity_id = k.referenced_table_id
    where k.table_id = t.id and p.meaning = 'audit'
  )

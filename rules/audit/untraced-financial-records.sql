/*
title = "Financial records whose changes leave no trace"
severity = "note"
precision = "medium"
judged_without = ["triggers"]
message = "financial records in {table} can change without a trace: no column tells by whom, and the service has no audit table"
help = "Write an audit record in the transaction of each change, or at least add a column for who changed the row last."
*/
select t.id as entity, t.name as "table"
from changed_tables t
where t.id in (select m.entity_id from meanings m where m.meaning = 'financial')
  and not exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = t.id and m.meaning = 'updated-by'
  )
  and not exists (select 1 from triggers r where r.table_id = t.id and r.timing = 'after' and r.on_update)
  and t.service_id not in (
    select o.service_id from meanings m join own_tables o on o.id = m.entity_id
    where m.meaning in ('audit', 'event', 'history')
  )

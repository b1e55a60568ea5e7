-- Tables of the class entity, leaving out those that look like events: their only time is an event's, and nothing shows changes.
select t.*
from entity_tables t
where t.id in (
    select c.table_id from meanings m join columns c on c.id = m.entity_id
    where m.meaning in ('status', 'version', 'updated-at', 'updated-by', 'deleted-at', 'deleted-flag')
      or m.meaning = 'created-at' and (m.phrase like '%creat%' or m.phrase like 'inserted%')
  )
  or exists (
    select 1 from columns c
    where c.table_id = t.id and c.nullable
      and c.base_type in ('timestamp with time zone', 'timestamp without time zone')
      and not exists (
        select 1 from meanings m
        where m.entity_id = c.id and m.meaning in ('expires-at', 'valid-from', 'valid-until')
      )
  )
  or t.id not in (select c.table_id from creation_times c)

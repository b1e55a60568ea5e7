-- Columns that tell when a row was made: named so, filled with the time of insertion, or the required time of an event.
select c.id as column_id, c.table_id, c.name as "column"
from columns c
join table_classes k on k.table_id = c.table_id
where c.id in (select m.entity_id from meanings m where m.meaning = 'created-at')
  or not c.nullable and k.class_ = 'append-only' and c.base_type in ('integer', 'bigint') and exists (
    select 1 from words w where w.entity_id = c.id and w.word in ('clock', 'epoch', 'time', 'timestamp', 'ts', 'when')
  )
  or not c.nullable and c.base_type in ('timestamp with time zone', 'timestamp without time zone')
  and not exists (
    select 1 from meanings m
    where m.entity_id = c.id and m.meaning in ('updated-at', 'deleted-at', 'expires-at', 'valid-until')
  )
  and (
    k.class_ = 'append-only'
    or (
      exists (
        select 1 from defaults d
        where d.column_id = c.id
          and (lower(d.expression) like '%now()%' or lower(d.expression) like '%current_timestamp%')
      )
      or exists (select 1 from words w where w.entity_id = c.id and w.word = 'timestamp')
    )
    and not exists (select 1 from words w where w.entity_id = c.id and w.word = 'last')
  )

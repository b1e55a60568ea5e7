-- Columns for when rows were made, changed and deleted, with whether the type is a timestamp and has a time zone.
select
  c.*, m.meaning, m.phrase,
  c.base_type in ('timestamp with time zone', 'timestamp without time zone') as is_timestamp,
  c.base_type = 'timestamp with time zone' as has_time_zone
from meaning_groups g
join meanings m on m.meaning = g.meaning
join own_columns c on c.id = m.entity_id
where g.group_ = 'timestamp'

-- Columns that say whose row it is, leaving out those that say who made or changed it.
select c.*, m.phrase
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning = 'owner'
  and not exists (
    select 1 from meanings a
    join meaning_groups g on g.meaning = a.meaning and g.group_ = 'actor'
    where a.entity_id = c.id
  )

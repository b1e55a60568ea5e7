-- Columns that say who made, changed, deleted or otherwise acted on a row.
select c.*, m.meaning, m.phrase
from meaning_groups g
join meanings m on m.meaning = g.meaning
join own_columns c on c.id = m.entity_id
where g.group_ = 'actor'

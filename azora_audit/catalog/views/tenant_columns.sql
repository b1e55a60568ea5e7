-- Columns that say which organisation a row belongs to.
select c.*, m.phrase
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning = 'tenant'

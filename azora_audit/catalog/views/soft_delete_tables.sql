-- Tables whose rows are marked as deleted and stay, with the column that marks them.
select t.*, c.id as column_id, c.name as "column", m.meaning
from meanings m
join columns c on c.id = m.entity_id
join own_tables t on t.id = c.table_id
where m.meaning in ('deleted-at', 'deleted-flag')

-- Columns that are personal data by name and type, with what they mean.
select c.id as column_id, c.table_id, t.schema, t.name as "table", c.name, min(m.meaning) as meaning
from columns c
join own_tables t on t.id = c.table_id
join meanings m on m.entity_id = c.id
join meaning_groups g on g.meaning = m.meaning and g.group_ = 'personal'
group by c.id

-- Tables about people: named so, or with a column that is personal data.
select t.*
from own_tables t
where exists (select 1 from meanings m where m.entity_id = t.id and m.meaning = 'personal')
  or exists (
    select 1 from columns c
    join meanings m on m.entity_id = c.id
    join meaning_groups g on g.meaning = m.meaning and g.group_ = 'personal'
    where c.table_id = t.id
  )

-- How the columns of a table and the fields of its model are written, for names in fixes: in camel case or with underscores.
select
  t.id as table_id, m.name as model,
  exists (select 1 from columns c where c.table_id = t.id and c.name glob '*[A-Z]*')
  or m.name is not null and t.name <> lower(t.name)
  and not exists (select 1 from columns c where c.table_id = t.id and c.name like '%\_%' escape '\') as camel_columns,
  m.name is not null and not exists (
    select 1 from columns c join fields f on f.column_id = c.id
    where c.table_id = t.id and f.name like '%\_%' escape '\'
  ) as camel_fields
from own_tables t
left join models m on m.table_id = t.id

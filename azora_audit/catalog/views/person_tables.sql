-- Tables of which each row is a person: users, customers, students; not what is about them, nor what connects them.
select t.*
from own_tables t
join table_classes k on k.table_id = t.id and k.class_ = 'entity'
where exists (select 1 from meanings m where m.entity_id = t.id and m.meaning in ('person', 'user'))
  and not exists (select 1 from record_tables r where r.id = t.id)

-- Tables whose rows may belong to an organisation: records, neither lists of values, settings and working data nor the organisations.
select t.*
from own_tables t
join table_classes k on k.table_id = t.id
where k.class_ in ('entity', 'append-only')
  and not exists (
    select 1 from meanings m where m.entity_id = t.id and m.meaning in ('tenant', 'configuration', 'cache', 'lookup')
  )

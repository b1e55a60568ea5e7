-- Services with the number of their tables and of those that some document names.
select
  t.service_id, count(*) as tables, sum(exists (select 1 from documented d where d.table_id = t.id)) as documented
from own_tables t
where not t.implicit_join
group by t.service_id

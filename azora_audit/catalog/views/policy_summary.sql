-- Tables that rules judge with their row level security: switches, number of policies and which commands a permissive one opens.
select
  t.id as table_id, t.service_id, t.schema, t.name as "table", s.row_security, s.force_row_security,
  (select count(*) from policies p where p.table_id = t.id) as policies,
  (select count(*) from policies p where p.table_id = t.id and p.permissive) as permissive,
  exists (
    select 1 from policies p where p.table_id = t.id and p.permissive and p.command in ('all', 'select')
  ) as allows_select,
  exists (
    select 1 from policies p where p.table_id = t.id and p.permissive and p.command in ('all', 'insert')
  ) as allows_insert,
  exists (
    select 1 from policies p where p.table_id = t.id and p.permissive and p.command in ('all', 'update')
  ) as allows_update,
  exists (
    select 1 from policies p where p.table_id = t.id and p.permissive and p.command in ('all', 'delete')
  ) as allows_delete
from own_tables t
join tables s on s.id = t.id

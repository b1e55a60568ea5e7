/*
title = "No index for the usual search of a tenant's or owner's rows"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "no index of {table} leads with {scope} and one of {columns:list}"
help = "Add an index on {scope} and the column by which the rows of one {meaning} are usually filtered or sorted."
*/
with sought as materialized (
  select c.table_id, c.id, c.name from own_columns c join meanings m on m.entity_id = c.id
  where m.meaning in ('status', 'created-at')
),
scopes as materialized (
  select table_id, id, name, 'tenant' as meaning from tenant_columns
  union all
  select table_id, id, name, 'owner' from owner_columns where table_id not in (select table_id from tenant_columns)
),
served as materialized (
  select f.column_id as scope_id from index_columns f
  join index_columns o on o.index_id = f.index_id and f.position = 1 and o.position > 1
  join sought q on q.id = o.column_id and f.column_id is not null
  union
  select o.column_id from index_columns f
  join index_columns o on o.index_id = f.index_id and f.position = 1 and o.position > 1
  join sought q on q.id = f.column_id and o.column_id is not null
)
select t.id as entity, t.name as "table", s.name as scope, s.meaning,
  (
    select json_group_array(name) from (
      select c.name from columns c join meanings m on m.entity_id = c.id and m.meaning in ('status', 'created-at')
      where c.table_id = t.id
      order by c.name
    )
  ) as columns
from own_tables t
join table_classes k on k.table_id = t.id
join scopes s on s.table_id = t.id
join (select distinct table_id from sought) w on w.table_id = t.id
where k.class_ in ('entity', 'append-only')
  and s.id not in (select v.scope_id from served v)
  and s.id not in (select u.column_id from unique_key_columns u where u.width = 1)
group by t.id
having count(*) = 1

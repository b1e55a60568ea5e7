-- The column by whose type a service identifies its users: the key of its one table of users, else a reference to a user.
with candidate as (
  select k.service_id, 1 as rank, k.column_id, k.name, k.type, k.base_type, k."table"
  from primary_key_columns k
  where k.width = 1 and exists (
    select 1 from meanings m
    where m.entity_id = k.table_id and m.meaning = 'user'
      and (m.phrase <> 'user' or not exists (select 1 from words w where w.entity_id = k.table_id and w.position = 2))
  )
  union all
  select c.service_id, 2, c.id, c.name, c.type, c.base_type, c."table"
  from meanings m
  join own_columns c on c.id = m.entity_id
  where m.meaning = 'user-reference' and m.phrase in ('user id', 'user uuid')
), types as (
  select service_id, rank, base_type, min(column_id) as column_id, count(*) as uses from candidate
  group by service_id, rank, base_type
)
select distinct c.service_id, c.column_id, c.name, c.type, c.base_type, c."table"
from candidate c
where c.column_id = (
    select t.column_id from types t
    where t.service_id = c.service_id and not exists (
      select 1 from types o where o.service_id = t.service_id and (o.rank < t.rank or o.rank = t.rank and o.base_type <> t.base_type)
    )
  )

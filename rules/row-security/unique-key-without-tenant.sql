/*
title = "Unique key across tenants"
severity = "note"
precision = "low"
message = "unique key {key} of {table}({columns:list}) holds across tenants: it lacks {tenant}"
help = "Let the key begin with {tenant}, unless the name really is unique everywhere."
*/
with tenanted as materialized (
  select distinct u.key_id, u."key", u.table_id, t.name as tenant
  from unique_key_columns u join tenant_columns t on t.table_id = u.table_id
  where u.kind <> 'primary-key'
)
select k.key_id as entity, k."key", t.name as "table", k.tenant,
  (select json_group_array(n.name) from (
     select c.name from unique_key_columns u join columns c on c.id = u.column_id
     where u.key_id = k.key_id order by u.position) n) as columns
from tenanted k
join own_tables t on t.id = k.table_id
where not exists (
    select 1 from unique_key_columns u join columns c on c.id = u.column_id
    where u.key_id = k.key_id
      and (c.base_type = 'uuid' or c.id in (select column_id from foreign_key_columns) or c.id in (select id from tenant_columns))
  )
  and exists (
    select 1 from unique_key_columns u join words w on w.entity_id = u.column_id
    where u.key_id = k.key_id and w.word in ('name', 'code', 'slug', 'number', 'title', 'label')
      and w.position = (select count(*) from words l where l.entity_id = u.column_id)
      and u.column_id not in (select column_id from sensitive_data)
  )

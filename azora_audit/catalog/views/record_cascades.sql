-- Foreign keys whose ON DELETE CASCADE deletes records that must outlive what they speak of, with the longest path that ends in them.
with record as materialized (select * from record_tables),
longest as materialized (
  select foreign_key_id, root_id, path, max(depth) as depth from cascade_reach group by foreign_key_id
)
select
  k.id as foreign_key_id, k.name, k.table_id, r.name as "table", r.class, r.phrase,
  coalesce(l.root_id, k.referenced_table_id) as root_id,
  coalesce(l.path, k.referenced_name || ' -> ' || r.name) as path,
  o.id is not null
  and (r.class = 'audit' or k.id in (select w.foreign_key_id from compositions w)) as within_record
from record r
join foreign_keys k on k.table_id = r.id and k.on_delete = 'cascade'
left join record o on o.id = k.referenced_table_id and o.class = r.class
left join longest l on l.foreign_key_id = k.id

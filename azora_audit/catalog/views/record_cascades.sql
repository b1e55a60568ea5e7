-- Foreign keys whose ON DELETE CASCADE deletes records that must outlive what they speak of, with the longest path that ends in them.
with record as materialized (
  select
    t.id, t.name, case m.meaning when 'ledger' then 'financial' when 'compliance' then 'audit' else m.meaning end as class, min(m.phrase) as phrase
  from meanings m
  join own_tables t on t.id = m.entity_id
  where m.meaning in ('financial', 'ledger', 'audit', 'compliance', 'consent', 'learning-record')
  group by t.id, class
),
longest as materialized (
  select foreign_key_id, root_id, path, max(depth) as depth from cascade_reach group by foreign_key_id
)
select
  k.id as foreign_key_id, k.name, k.table_id, r.name as "table", r.class, r.phrase,
  coalesce(l.root_id, k.referenced_table_id) as root_id,
  coalesce(l.path, k.referenced_name || ' -> ' || r.name) as path,
  (select w.referenced_table_id from compositions w cross join record o on o.id = w.referenced_table_id
   where w.foreign_key_id = k.id and o.class = r.class) is not null as within_record
from record r
join foreign_keys k on k.table_id = r.id and k.on_delete = 'cascade'
left join longest l on l.foreign_key_id = k.id

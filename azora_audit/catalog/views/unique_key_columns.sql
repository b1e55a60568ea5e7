-- Columns of everything that keeps rows unique: primary keys, UNIQUE constraints and total unique indexes on columns.
select
  k.id as key_id, 'primary-key' as kind, k.name as "key", k.table_id, p.column_id, p.position,
  (select count(*) from key_columns w where w.key_id = k.id) as width, 0 as nulls_not_distinct
from primary_keys k
join key_columns p on p.key_id = k.id
union all
select
  k.id, 'unique', k.name, k.table_id, p.column_id, p.position,
  (select count(*) from key_columns w where w.key_id = k.id), k.nulls_not_distinct
from uniques k
join key_columns p on p.key_id = k.id
union all
select
  i.id, 'index', i.name, i.table_id, p.column_id, p.position,
  (select count(*) from index_columns w where w.index_id = i.id and not w.included), i.nulls_not_distinct
from indexes i
join index_columns p on p.index_id = i.id and not p.included
where i.unique_ and i.valid and i.predicate is null and i.constraint_id is null
  and not exists (select 1 from index_columns x where x.index_id = i.id and x.column_id is null)

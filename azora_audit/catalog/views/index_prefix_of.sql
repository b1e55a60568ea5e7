-- Pairs of btree indexes of one table where the key of the first begins the key of the second, with the same predicate.
with key as materialized (
  select k.* from indexes_alike a join index_keys k on k.id = a.id where k.method = 'btree'
)
select
  a.id as index_id, a.name as "index", a.service_id, a.table_id, a.schema, a."table",
  a.unique_, a.constraint_id, a.width, b.id as longer_id, b.name as longer, b.unique_ as longer_unique,
  b.constraint_id as longer_constraint_id, b.width as longer_width
from key a
join key b on b.table_id = a.table_id and b.id <> a.id
where substr(b."key", 1, length(a."key")) = a."key"
  and a.predicate is b.predicate
  and not exists (
    select 1 from index_columns p
    where p.index_id = a.id and p.included
      and not exists (select 1 from index_columns q where q.index_id = b.id and q.column_id = p.column_id)
  )

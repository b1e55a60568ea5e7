-- Pairs of unique indexes of one table where the first has all columns of the second, and further ones.
with key as materialized (
  select id, constraint_id, name, table_id, "table", predicate, nulls_not_distinct, width from index_keys where unique_
)
select
  u.id as index_id, u.constraint_id, u.name, u.table_id, u."table", u.predicate, u.nulls_not_distinct,
  s.id as shorter_id, s.constraint_id as shorter_constraint_id, s.name as shorter, s.predicate as shorter_predicate
from key u
join key s on s.table_id = u.table_id and s.width < u.width
where not exists (
  select 1 from index_columns p
  where p.index_id = s.id and not p.included and not exists (
    select 1 from index_columns o where o.index_id = u.id and not o.included and o.column_id = p.column_id
  )
)

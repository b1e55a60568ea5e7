-- Indexes that another of the same table repeats exactly, once each, beside the one to keep.
with key as materialized (select k.* from indexes_alike a join index_keys k on k.id = a.id)
select
  a.id as index_id, a.name as "index", a.service_id, a.table_id, a.schema, a."table", a.method,
  b.id as kept_id, b.name as kept, b.constraint_id as kept_constraint_id
from key a
join key b on b.table_id = a.table_id and b.id <> a.id
where b."key" = a."key" and a.method = b.method and a.predicate is b.predicate and a.included is b.included
  and a.constraint_id is null
  and (not a.unique_ or b.unique_ and a.nulls_not_distinct = b.nulls_not_distinct)
  and (b.constraint_id is not null, b.unique_, -b.id) > (a.constraint_id is not null, a.unique_, -a.id)
  and not exists (
    select 1 from key o
    where o.table_id = a.table_id and o.id not in (a.id, b.id) and o."key" = a."key" and o.method = a.method
      and o.predicate is a.predicate and o.included is a.included
      and (o.constraint_id is not null, o.unique_, -o.id) > (b.constraint_id is not null, b.unique_, -b.id)
  )

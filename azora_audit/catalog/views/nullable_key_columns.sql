-- Nullable columns of unique indexes where a null lets duplicates in: no predicate of a unique index speaks of it, no shorter key refuses them.
select
  k.id as index_id, k.constraint_id, k.name, k.table_id, k.schema, k."table", k.width, c.id as column_id, c.name as "column",
  (
    select json_group_array(name) from (
      select coalesce(n.name, '(' || o.expression || ')') as name
      from index_columns o left join columns n on n.id = o.column_id
      where o.index_id = k.id and not o.included order by o.position
    )
  ) as columns
from index_keys k
join index_columns p on p.index_id = k.id and not p.included
join columns c on c.id = p.column_id and c.nullable
where k.unique_ and not k.nulls_not_distinct and not exists (
  select 1 from index_predicate_columns q join indexes i on i.id = q.index_id
  where q.column_id = c.id and i.unique_
)
  and k.id not in (select u.index_id from unique_index_pairs u where u.shorter_predicate is null)

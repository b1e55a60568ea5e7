-- How well an index serves each foreign key: covered (its columns lead), weak (only some do) or none; partitions by their parent.
with best as materialized (
  select foreign_key_id, max(leading = width) as whole, index_id, "index"
  from foreign_key_indexes
  group by foreign_key_id
)
select
  k.id as foreign_key_id, k.table_id, b.index_id, b."index",
  case
    when b.whole then 'covered'
    when exists (select 1 from tables p where p.partition_of_id = k.table_id)
      and not exists (
        select 1
        from tables p
        where p.partition_of_id = k.table_id
          and not exists (
            select 1 from foreign_keys o join best d on d.foreign_key_id = o.id
            where o.table_id = p.id and d.whole and o.referenced_name = k.referenced_name
              and (
                select group_concat(c.name) from (
                  select c.name from foreign_key_columns w join columns c on c.id = w.column_id
                  where w.foreign_key_id = o.id order by c.name
                ) c
              ) = (
                select group_concat(c.name) from (
                  select c.name from foreign_key_columns w join columns c on c.id = w.column_id
                  where w.foreign_key_id = k.id order by c.name
                ) c
              )
          )
      ) then 'covered'
    when b.foreign_key_id is not null then 'weak'
    else 'none'
  end as grade
from own_tables t
join foreign_keys k on k.table_id = t.id
left join best b on b.foreign_key_id = k.id

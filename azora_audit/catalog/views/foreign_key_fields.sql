-- Foreign keys with the names of their Prisma fields in order, null where a column is no field.
select
  k.id as foreign_key_id,
  (
    select case when count(name) = count(*) then json_group_array(name) end from (
      select f.name from foreign_key_columns w left join fields f on f.column_id = w.column_id
      where w.foreign_key_id = k.id order by w.position
    )
  ) as fields
from foreign_keys k

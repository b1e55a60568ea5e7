-- The columns of each foreign key that can be null, as a JSON list in the key's order.
select
  k.id as foreign_key_id,
  (
    select json_group_array(name) from (
      select c.name from foreign_key_columns w join columns c on c.id = w.column_id
      where w.foreign_key_id = k.id and c.nullable
      order by w.position
    )
  ) as columns
from foreign_keys k

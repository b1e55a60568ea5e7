-- Foreign keys of the tables that rules judge, with the number and names of their columns and what can be null.
select
  k.*, t.service_id, t.schema, t.name as "table",
  (select count(*) from foreign_key_columns w where w.foreign_key_id = k.id) as width,
  (select count(*) = 1 from foreign_key_columns w where w.foreign_key_id = k.id) as is_single,
  (
    select w.column_id from foreign_key_columns w where w.foreign_key_id = k.id and w.position = 1
  ) as first_column_id,
  (
    select count(*) from foreign_key_columns w join columns c on c.id = w.column_id
    where w.foreign_key_id = k.id and c.nullable
  ) as nullable_columns,
  (
    select json_group_array(name) from (
      select c.name from foreign_key_columns w join columns c on c.id = w.column_id
      where w.foreign_key_id = k.id order by w.position
    )
  ) as columns,
  (
    select json_group_array(referenced_name) from (
      select w.referenced_name from foreign_key_columns w where w.foreign_key_id = k.id order by w.position
    )
  ) as referenced_columns
from own_tables t
join foreign_keys k on k.table_id = t.id

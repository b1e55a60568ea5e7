-- Columns of primary keys of the tables that rules judge, with the key's number of columns as its width.
select
  k.id as primary_key_id, k.name as primary_key, t.service_id, t.id as table_id, t.schema, t.name as "table",
  p.position, c.id as column_id, c.name, c.type, c.base_type, c.type_kind, c.array, c.identity, c.serial,
  (select count(*) from key_columns w where w.key_id = k.id) as width
from own_tables t
join primary_keys k on k.table_id = t.id
join key_columns p on p.key_id = k.id
join columns c on c.id = p.column_id

-- Columns named like a reference to a table of their service without a foreign key, with the key that they would refer to.
select
  r.column_id, c.name as "column", c.type, c.nullable, t.service_id, t.id as table_id, t.schema, t.name as "table",
  r.noun, r.target_table_id, g.schema as target_schema, g.name as target,
  k.column_id as target_column_id, k.name as target_column, k.type as target_type, c.type = k.type as same_type
from logical_references r
join columns c on c.id = r.column_id
join own_tables t on t.id = r.table_id
join tables g on g.id = r.target_table_id
join primary_key_columns k on k.table_id = g.id and k.width = 1

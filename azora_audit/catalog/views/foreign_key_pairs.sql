-- Pairs of columns of foreign keys of the tables that rules judge, with the types of both, where the target was read.
select
  k.id as foreign_key_id, k.name as foreign_key, t.service_id, t.id as table_id, t.schema, t.name as "table", p.position,
  c.id as column_id, c.name as "column", c.type, c.base_type, c.nullable, c.length,
  k.referenced_table_id, k.referenced_name as referenced_table,
  r.id as referenced_column_id, r.name as referenced_column, r.type as referenced_type,
  r.base_type as referenced_base_type, r.length as referenced_length
from own_tables t
join foreign_keys k on k.table_id = t.id
join foreign_key_columns p on p.foreign_key_id = k.id
join columns c on c.id = p.column_id
join columns r on r.id = p.referenced_column_id

/*
title = "Foreign key without an index"
severity = "warning"
precision = "very-high"
message = "foreign key {name} on {table}({columns:list}) has no index that leads with its columns"
help = "Add an index on {columns:list}; without it every delete or key update in {referenced} scans {table}."

[fix]
sql = "create index concurrently on {schema:identifier}.{table:identifier} ({columns:identifiers});"
safety = "safe"
why = "adding an index changes no result, and CONCURRENTLY does not block writes"
*/
select k.id as entity, k.name, t.schema, t.name as "table", k.referenced_name as referenced,
       (select json_group_array(c.name) from (
          select f.position, c.name from foreign_key_columns f join columns c on c.id = f.column_id
          where f.foreign_key_id = k.id order by f.position) c) as columns
from foreign_keys k join tables t on t.id = k.table_id
where not exists (select 1 from indexes i where i.table_id = k.table_id)

/*
title = "Foreign key that another repeats"
severity = "warning"
precision = "very-high"
message = "foreign key {name} of {table} repeats {kept}"
help = "Drop one of the two; if their actions differ, decide which is meant."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} drop constraint {name:identifier};"
safety = "unsafe"
why = "the other constraint checks the same, but its action on delete or update may differ"
*/
with shapes as materialized (select * from foreign_key_shape)
select a.id as entity, min(b.id) as related, a.schema, a."table", a.name, min(b.name) as kept
from shapes a
join shapes b on b.table_id = a.table_id and b.columns = a.columns and b.name < a.name
where a.referenced_columns = b.referenced_columns
  and a.referenced_name = b.referenced_name and a.referenced_schema = b.referenced_schema
group by a.id, a.schema, a."table", a.name

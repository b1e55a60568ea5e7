/*
title = "Foreign key that can leave the tenant"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "foreign key {name} lets a row of {table} refer to a row of {referenced} that belongs to another {tenant}"
help = "Refer to both columns: a key of {referenced} with its tenant first, and a foreign key with {column} in it."
*/
select k.id as entity, k.name, k."table", k.referenced_name as referenced, min(c.name) as "column", min(c.phrase) as tenant
from foreign_key_shape k
join tenant_columns c on c.table_id = k.table_id
join tenant_columns r on r.table_id = k.referenced_table_id
where not exists (select 1 from foreign_key_columns f where f.foreign_key_id = k.id and f.column_id = c.id)
  and not exists (select 1 from foreign_key_columns f where f.foreign_key_id = k.id and f.referenced_column_id = r.id)
group by k.id, k.name, k."table", k.referenced_name

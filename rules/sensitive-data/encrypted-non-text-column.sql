/*
title = "Encrypted column whose type cannot hold ciphertext"
severity = "error"
precision = "very-high"
message = "column {column} of {table} is annotated @encrypted, but {type} cannot hold ciphertext"
help = "Make it text or bytea, or drop the annotation: as it is, the value is in clear or every write fails."
*/
select c.id as entity, c."table", c.name as "column", c.type
from annotations a
join own_columns c on c.id = a.entity_id
where a.name = 'encrypted'
  and c.base_type not in ('text', 'character varying', 'character', 'bytea', 'json', 'jsonb')
  and c.base_type not like '%citext'
  and c.type_kind <> 'unknown'

/*
title = "Unique key on ciphertext"
severity = "warning"
precision = "high"
message = "unique key {key} has encrypted column {column} of {table}, so it keeps no value from coming twice"
help = "Put the unique key on a column with a keyed hash of the value."
*/
select c.id as entity, coalesce(i.constraint_id, i.id) as related, c."table", c.name as "column", i.name as key, c.protection
from encrypted_columns c
join index_columns p on p.column_id = c.id
join indexes i on i.id = p.index_id
where not p.included
  and i.unique_

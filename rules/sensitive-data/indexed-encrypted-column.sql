/*
title = "Index on ciphertext"
severity = "warning"
precision = "high"
message = "index {index} has encrypted column {column} of {table} in its key and finds nothing by it"
help = "Drop {column} from the index; for look-ups add a column with a keyed hash of the value and index that."
*/
select c.id as entity, i.id as related, c."table", c.name as "column", i.name as "index", c.protection
from encrypted_columns c
join index_columns p on p.column_id = c.id
join indexes i on i.id = p.index_id
where not p.included
  and not i.unique_

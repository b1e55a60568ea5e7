/*
title = "Password that nothing says is hashed"
severity = "warning"
precision = "medium"
message = "nothing says that password {column} of {table} is hashed"
help = "Store a salted hash (Argon2id, scrypt or bcrypt), and call the column a hash: {column}_hash or {column}Hash."
*/
select d.column_id as entity, d."table", d.name as "column", d.phrase
from sensitive_columns d
join columns c on c.id = d.column_id
where d.meaning = 'password'
  and coalesce(c.length, 0) <> 60

/*
title = "Password that may be in clear"
severity = "warning"
precision = "medium"
message = "{column} of {table} is a password by its name, and nothing says that it is hashed or encrypted"
help = "Store a salted hash (Argon2id, scrypt or bcrypt) and call it {column}_hash; encrypt a password that must be sent on."
*/
select d.column_id as entity, d."table", d.name as "column", d.phrase
from sensitive_columns d
join columns c on c.id = d.column_id
where d.meaning = 'password'
  and coalesce(c.length, 0) <> 60

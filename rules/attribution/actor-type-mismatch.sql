/*
title = "Actor whose type is unlike the users' keys"
severity = "warning"
precision = "medium"
message = "{column} of {table} says who acted as {type}, but the key of a user is {user_type} ({user_column} of {user_table})"
help = "Give {column} the type {user_type}; keep names for display in another column."
*/
select a.id as entity, u.column_id as related, a.name as "column", a."table", a.type, u.type as user_type,
  u.name as user_column, u."table" as user_table
from actor_columns a
join user_keys u on u.service_id = a.service_id
where (u.base_type = 'uuid' and a.base_type <> 'uuid'
    or u.base_type in ('integer', 'bigint') and a.base_type not in ('integer', 'bigint', 'numeric'))
  and not exists (select 1 from key_columns k where k.column_id = a.id)
  and not exists (select 1 from foreign_key_columns f where f.column_id = a.id)
  and not exists (select 1 from words w where w.entity_id = a.id and w.word in ('name', 'email', 'ip', 'role', 'type'))

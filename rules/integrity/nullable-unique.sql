/*
title = "Unique key of several columns that nulls get past"
severity = "warning"
precision = "high"
message = "unique key {name} of {table} refuses no duplicates where {nullable:list} is null"
help = "Make {nullable:list} NOT NULL, say NULLS NOT DISTINCT (PostgreSQL 15), or add a unique index for the rows where it is null."
*/
select coalesce(n.constraint_id, n.index_id) as entity, n.name, n."table", n.columns, json_group_array(n."column") as nullable
from nullable_key_columns n
where n.width > 1
group by n.index_id

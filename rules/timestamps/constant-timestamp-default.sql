/*
title = "Default time that never moves"
severity = "error"
precision = "very-high"
message = "the default of {column} of {table} is a constant: every row gets the same time"
help = "Use `default now()`."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set default now();"
safety = "safe"
why = "a default changes only later inserts that leave the column out"
*/
select s.id as entity, s.schema, s."table", s.name as "column"
from timestamps s
join defaults d on d.column_id = s.id
where s.is_timestamp and d.kind = 'constant' and s.meaning in ('created-at', 'updated-at')

/*
title = "Column of the type money"
severity = "warning"
precision = "very-high"
message = "{column} of {table} has the type money, whose currency and digits depend on the server's locale"
help = "Use numeric with a precision and scale, and a column for the currency."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type numeric(19, 4);"
safety = "unsafe"
why = "it rewrites the table under an exclusive lock, and clients get numbers where they got formatted text"
*/
select c.id as entity, c.schema, c."table", c.name as "column"
from own_columns c
where c.base_type = 'money'

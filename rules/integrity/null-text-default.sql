/*
title = "Default of the word NULL"
severity = "warning"
precision = "very-high"
message = "the default of {column} of {table} is the text {word}, which is not null"
help = "Drop the default: a column without one is null."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} drop default;"
safety = "safe"
why = "only the catalog changes; rows that have the text keep it and must be updated by hand"
*/
select c.id as entity, c.schema, c."table", c.name as "column", substr(d.expression, 2, 4) as word
from own_columns c
join defaults d on d.column_id = c.id
where lower(d.expression) in ('''null''', '''null''::text', '''null''::character varying', '''null''::bpchar')

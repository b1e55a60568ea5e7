/*
title = "Text column with a length"
severity = "note"
precision = "low"
profiles = ["text-over-varchar"]
contradicts = ["unlimited-text"]
message = "{column} of {table} is {type}; the length belongs into a CHECK constraint"
help = "Use text, with check (length({column}) <= {length}) where a limit is really meant."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type text;"
safety = "safe"
why = "the rows stay as they are; the table is locked for a moment only"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.type, c.length
from own_columns c
where c.base_type = 'character varying' and c.length is not null and c.type_kind = 'base' and not c.array

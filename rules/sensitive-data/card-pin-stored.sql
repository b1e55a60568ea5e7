/*
title = "Card PIN stored"
severity = "error"
precision = "high"
message = "column {column} of {table} stores a card's PIN, which must not be stored, not even encrypted or hashed"
help = "Drop the column; pass the value to the card processor without storing it."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} drop column {column:identifier};"
safety = "unsafe"
why = "the values are gone at once, which is what is asked for, but code that reads or writes the column fails"
*/
select d.column_id as entity, d.schema, d."table", d.name as "column", d.protection, d.phrase
from sensitive_data d
where d.meaning = 'card-pin'

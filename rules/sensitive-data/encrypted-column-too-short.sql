/*
title = "Encrypted column that is too short"
severity = "warning"
precision = "high"
message = "encrypted column {column} of {table} holds {length} characters, too few for ciphertext"
help = "Make it text: nonce, tag and encoding take 40 characters before the first one of the value."

[parameters.minimum]
default = 64
description = "Characters that ciphertext needs at least."
schema = { type = "integer", minimum = 1 }

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type text;"
safety = "safe"
why = "from varchar to text nothing is rewritten; only views that read the column must be dropped and made again"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.length, c.protection
from encrypted_columns c
where c.length < :minimum

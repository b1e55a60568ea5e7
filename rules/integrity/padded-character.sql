/*
title = "Column of the type character(n)"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "{column} of {table} is {type}: shorter values are padded with blanks"
help = "Use text or varchar, with a CHECK constraint if the length is fixed."
*/
select c.id as entity, c."table", c.name as "column", c.type
from own_columns c
where c.base_type = 'character' and c.length > 1
  and c.id not in (
    select m.entity_id from meanings m
    where m.meaning in ('currency', 'country-code', 'locale', 'natural-key', 'hashed', 'external-identifier', 'card-last4')
  )

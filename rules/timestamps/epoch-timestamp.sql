/*
title = "Moment kept as a number"
severity = "note"
precision = "medium"
message = "{column} of {table} is named for a moment and is {type}"
help = "Use timestamptz; a number does not say whether it counts seconds or milliseconds."
*/
select distinct c.id as entity, c."table", c.name as "column", c.type
from own_columns c
join meanings m on m.entity_id = c.id
where c.base_type in ('integer', 'bigint', 'numeric')
  and (m.meaning in ('created-at', 'updated-at', 'deleted-at') and m.phrase <> 'deleted'
    or m.meaning = 'expires-at' and m.phrase like '% at')

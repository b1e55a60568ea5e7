/*
title = "Moment kept as text"
severity = "warning"
precision = "high"
message = "{column} of {table} is named for a moment and is {type}"
help = "Use timestamptz, which refuses what is no moment and sorts by time."
*/
select distinct c.id as entity, c."table", c.name as "column", c.type
from own_columns c
join meanings m on m.entity_id = c.id
where c.base_type in ('text', 'character varying', 'character', 'citext')
  and (m.meaning in ('created-at', 'updated-at', 'deleted-at') or m.meaning = 'expires-at' and m.phrase like '% at')

/*
title = "Time of change on rows that are never changed"
severity = "note"
precision = "medium"
message = "{table} keeps what happened, but {column} is for rows that are changed"
help = "Remove {column} and refuse updates; write a change as a new row."
*/
select c.id as entity, c."table", c.name as "column"
from own_columns c
join meanings u on u.entity_id = c.id
where u.meaning = 'updated-at' and u.phrase <> 'mtime'
  and c.table_id in (select e.table_id from evidence_tables e union all select a.id from append_only_tables a)

/*
title = "Table with many indexes"
severity = "note"
precision = "medium"
message = "table {table} has {count} indexes, more than {most}"
help = "Ask pg_stat_user_indexes which of them are never scanned, and drop those."

[parameters.most]
default = 12
description = "Indexes that a table may have, those of its constraints included."
schema = {type = "integer", minimum = 1}
*/
select t.id as entity, t.name as "table", count(*) as count, :most as most
from own_tables t
join indexes i on i.table_id = t.id
group by t.id
having count(*) > :most

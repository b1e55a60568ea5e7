/*
title = "Records that a crash empties"
severity = "error"
precision = "high"
message = "table {table} keeps {what} and is UNLOGGED: a crash of the server empties it, and no standby or backup of the log has it"
help = "Make it LOGGED, when there is time to write it once."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} set logged;"
safety = "unsafe"
why = "the whole table is written anew under a lock that stops everybody who reads it"
*/
select t.id as entity, t.schema, t.name as "table", replace(min(m.meaning), '-', ' ') || ' records' as what
from own_tables t
join meanings m on m.entity_id = t.id
join meaning_groups g on g.meaning = m.meaning
where t.persistence = 'unlogged' and g.group_ = 'protected-records'
group by t.id

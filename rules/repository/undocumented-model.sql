/*
title = "Table that the documentation leaves out"
severity = "warning"
precision = "medium"
message = "{name} is named in no document, while {documented} of the service's {tables} tables are"
help = "Say in the documentation what it is for, who writes it and how long its rows are kept."
*/
select t.id as entity, coalesce(m.name, t.name) as name, d.documented, d.tables
from own_tables t
join documentation d on d.service_id = t.service_id
left join models m on m.table_id = t.id
where not t.implicit_join
  and d.documented * 2 >= d.tables
  and not exists (select 1 from documented o where o.table_id = t.id)

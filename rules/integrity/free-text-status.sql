/*
title = "Status that takes any text"
severity = "warning"
precision = "medium"
judged_without = ["checks"]
message = "{column} of {table} is {type}, and nothing in the schema says which values it has"
help = "Make it an enum, or add a CHECK constraint that lists the values."
*/
select c.id as entity, c."table", c.name as "column", c.type
from status_columns c
where c.limited_by is null and c.base_type in ('text', 'character varying', 'character') and not c.array
  and lower(c.name) not like '%states' and lower(c.name) not like '%statuses'

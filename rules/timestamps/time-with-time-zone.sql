/*
title = "Time of day with a time zone"
severity = "warning"
precision = "very-high"
message = "{column} of {table} is {type}: an offset without a date is no time zone"
help = "Use timestamptz for a moment, or time with a column for the zone's name."
*/
select c.id as entity, c."table", c.name as "column", c.type
from own_columns c
where c.base_type = 'time with time zone'

/*
title = "Percentage without bounds"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "no CHECK constraint says what {column} of {table} lies between"
help = "Add check ({column} between 0 and 100), or whatever its bounds are: they also tell whether 50 or 0.5 is a half."
*/
select c.id as entity, c."table", c.name as "column"
from own_columns c
join meanings m on m.entity_id = c.id
where m.meaning = 'percentage' and c.type_kind = 'base' and c.generated is null
  and c.id not in (select p.column_id from check_columns p)

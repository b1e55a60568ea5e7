/*
title = "Boolean that can be null"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "{column} of {table} is true, false or null"
help = "Make it NOT NULL with a default, or an enum if there are three answers."
*/
select c.id as entity, c."table", c.name as "column"
from own_columns c
where c.base_type = 'boolean' and c.nullable and not c.array and c.generated is null

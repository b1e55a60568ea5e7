/*
title = "Text column without a limit"
severity = "note"
precision = "low"
profiles = ["bounded-text"]
contradicts = ["limited-text"]
judged_without = ["checks"]
message = "{column} of {table} is {type} and takes up to one gigabyte"
help = "Limit it: varchar(n), or check (length({column}) <= n)."
*/
select c.id as entity, c."table", c.name as "column", c.type
from own_columns c
where c.base_type in ('text', 'character varying') and c.length is null and c.type_kind = 'base' and not c.array
  and c.id not in (select p.column_id from check_columns p)
  and c.id not in (select f.column_id from foreign_key_columns f)

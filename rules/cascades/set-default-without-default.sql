/*
title = "SET DEFAULT on a column without a default"
severity = "warning"
precision = "very-high"
message = "foreign key {name} sets {column} of {table} to its default, but it has none: {consequence}"
help = "Give {column} a default that exists in {referenced}, or say what should happen instead."
*/
select k.id as entity, k.name, k."table", c.name as "column", k.referenced_name as referenced,
  case when c.nullable then 'it becomes null' else 'it would become null, and the statement fails' end as consequence
from foreign_key_shape k
join foreign_key_columns p on p.foreign_key_id = k.id
join columns c on c.id = p.column_id
where 'set default' in (k.on_delete, k.on_update)
  and c.id not in (select d.column_id from defaults d)
  and (k.on_delete_columns is null or c.name in (select value from json_each(k.on_delete_columns)))

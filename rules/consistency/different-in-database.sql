/*
title = "Otherwise in the running database than declared"
severity = "warning"
precision = "high"
message = "{aspect} of {kind} {name}: {declared} in {files}, {database} in the running database"
help = "Find out who changed the database; write the migration that makes both the same."
*/
select d.entity_id as entity, replace(d.aspect, '-', ' ') as aspect, d.kind, d.name, d.files,
  coalesce(nullif(d.declared, ''), 'nothing') as declared, coalesce(nullif(d.database, ''), 'nothing') as database
from drifted d
where d.aspect not in ('missing-in-database', 'undeclared')

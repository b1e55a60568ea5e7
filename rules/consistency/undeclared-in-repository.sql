/*
title = "In the running database and declared nowhere"
severity = "warning"
precision = "medium"
message = "{kind} {name} is in the running database and {files} does not declare it"
help = "Write the migration that makes it, or drop it: a database set up anew lacks it, and a tool may drop it."
*/
select d.entity_id as entity, d.kind, d.name, d.files, d.database
from drifted d
where d.aspect = 'undeclared'

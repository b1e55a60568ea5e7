/*
title = "Declared and not in the running database"
severity = "error"
precision = "high"
message = "{kind} {name} is declared in {files} and the running database does not have it"
help = "Run the migrations that are pending, or find out who dropped it."
*/
select d.entity_id as entity, d.kind, d.name, d.files, d.declared
from drifted d
where d.aspect = 'missing-in-database'

/*
title = "Writes that a crash may ruin"
severity = "error"
precision = "very-high"
message = "the server runs with {name} = off: a crash of the machine can leave the database beyond repair"
help = "Set {name} = on; what is slow without it is made fast by synchronous_commit = off, which loses no more than the last moments."
*/
select s.id as entity, s.name
from settings s
where s.name in ('fsync', 'full_page_writes') and s.value = 'off'

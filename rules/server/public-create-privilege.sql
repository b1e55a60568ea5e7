/*
title = "Everybody may create in a schema"
severity = "warning"
precision = "high"
message = "every role that may connect may create objects in schema {name}"
help = "Revoke it, and grant CREATE to the role that migrates."

[fix]
sql = "revoke create on schema {name:identifier} from public;"
safety = "unsafe"
why = "roles that create objects there, migrations among them, need a grant of their own first"
*/
select s.id as entity, s.name
from schemas s
where s.public_create

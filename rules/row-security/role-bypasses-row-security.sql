/*
title = "Role that no policy binds"
severity = "warning"
precision = "medium"
message = "role {name} may log in and bypasses row security: it sees and writes every row of {count} tables that have it"
help = "Take it away (`alter role ... nobypassrls`) unless the role makes dumps; name it in `roles` then."

[parameters.roles]
default = []
description = "Roles that are meant to bypass row security."
schema = {type = "array", items = {type = "string"}}
*/
select r.id as entity, r.name, count(t.id) as count
from roles r
join databases d on d.id = r.database_id
join own_tables o on o.service_id = d.service_id
join tables t on t.id = o.id
where r.login
  and r.bypass_row_security
  and not r.superuser
  and t.row_security
  and r.name not in (select value from json_each(:roles))
group by r.id

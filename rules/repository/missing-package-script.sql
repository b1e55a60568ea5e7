/*
title = "Package without the database scripts"
severity = "warning"
precision = "medium"
message = "package.json has no script {scripts:list}"
help = "Add it, so that every service is generated, migrated and looked at by the same command."

[parameters.scripts]
default = ["db:generate", "db:push", "db:migrate", "db:studio"]
description = "Scripts that every service with a Prisma schema has."
schema = { type = "array", items = { type = "string" } }
*/
select p.id as entity, json_group_array(n.value) as scripts
from packages p
join prisma_clients c on c.service_id = p.service_id
join json_each(:scripts) n
where n.value not in (select s.name from scripts s where s.service_id = p.service_id)
group by p.id

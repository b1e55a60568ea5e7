/*
title = "Package without Prisma"
severity = "warning"
precision = "medium"
message = "package.json does not list {dependencies:list}"
help = "Add @prisma/client to dependencies and prisma to devDependencies, both of one version."

[parameters.dependencies]
default = ["@prisma/client", "prisma"]
description = "Packages that a service with a Prisma schema lists, in whatever list."
schema = { type = "array", items = { type = "string" } }
*/
select p.id as entity, json_group_array(n.value) as dependencies
from packages p
join prisma_clients c on c.service_id = p.service_id
join json_each(:dependencies) n
where n.value not in (select d.name from dependencies d where d.service_id = p.service_id)
group by p.id

/*
title = "Prisma schema without a package.json"
severity = "warning"
precision = "medium"
message = "{service} generates Prisma's client and has no package.json"
help = "Add a package.json with @prisma/client, prisma and the service's scripts."
*/
select c.datasource_id as entity, v.name as service
from prisma_clients c
join services v on v.id = c.service_id
where not exists (select 1 from packages p where p.service_id = c.service_id)

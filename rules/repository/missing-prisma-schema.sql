/*
title = "Service without a Prisma schema"
severity = "warning"
precision = "medium"
scope = "fleet"
message = "service {service} has no schema.prisma, as {others} of {services} services have"
help = "Describe its tables in prisma/schema.prisma (`prisma db pull` writes it from a database), with package, scripts and environment as elsewhere."
*/
with kinds as materialized (
  select service_id, max(kind = 'prisma') as prisma from sources group by service_id having max(kind = 'project')
)
select v.id as entity, v.name as service,
  (select sum(prisma) from kinds) as others, (select count(*) from kinds) as services
from kinds k
join services v on v.id = k.service_id
where not k.prisma
  and (select sum(prisma) * 2 > count(*) from kinds)

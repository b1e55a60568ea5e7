/*
title = "Prisma in the wrong list of dependencies"
severity = "warning"
precision = "medium"
message = "{dependency} is in {list}, not in {wanted}"
help = "Move it to {wanted}: the client is needed to run the service, the command only to build and migrate it."
*/
select d.id as entity, d.name as dependency, d.list,
  case d.name when 'prisma' then 'devDependencies' else 'dependencies' end as wanted
from dependencies d
join prisma_clients c on c.service_id = d.service_id
where d.name = '@prisma/client' and d.list = 'devDependencies'
    and not exists (
      select 1 from dependencies o where o.service_id = d.service_id and o.name = d.name and o.list = 'dependencies'
    )
  or d.name = 'prisma' and d.list = 'dependencies'
    and not exists (
      select 1 from scripts s
      where s.service_id = d.service_id
        and s.name in ('install', 'postinstall', 'prestart', 'start', 'start:prod', 'release', 'deploy')
        and s.command like '%prisma%'
    )

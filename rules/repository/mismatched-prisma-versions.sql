/*
title = "Client and command of different versions of Prisma"
severity = "warning"
precision = "very-high"
message = "@prisma/client is of major version {client} and prisma of {command}"
help = "Give both the same version, and generate the client again."
*/
select c.id as entity, p.id as related, c.major as client, p.major as command
from dependencies c
join dependencies p on p.service_id = c.service_id
where c.name = '@prisma/client'
  and p.name = 'prisma'
  and c.major <> p.major

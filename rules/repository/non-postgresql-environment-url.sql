/*
title = "Example environment with an address of another database"
severity = "warning"
precision = "high"
message = "{variable} is an address with the scheme {scheme}, not postgresql"
help = "Write an address as the schema's provider takes it: postgresql://USER:PASSWORD@localhost:5432/NAME."
*/
select v.id as entity, d.id as related, v.name as variable, v.scheme
from environment_variables v
join datasources d on d.service_id = v.service_id
where v.name in (d.url_variable, d.direct_url_variable)
  and d.provider = 'postgresql'
  and v.scheme not in ('postgresql', 'postgres', 'prisma', 'prisma+postgres')

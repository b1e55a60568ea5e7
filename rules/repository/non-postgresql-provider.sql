/*
title = "Prisma schema for another database than PostgreSQL"
severity = "error"
precision = "very-high"
message = "datasource {name} is for {provider}, not PostgreSQL"
help = "Set `provider = \"postgresql\"` and look at every type and default again: they mean other things there."
*/
select d.id as entity, e.name, d.provider
from datasources d
join entities e on e.id = d.id
where d.provider not in ('postgresql', '')

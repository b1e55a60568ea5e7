/*
title = "Prisma schema for another database than PostgreSQL"
severity = "error"
precision = "very-high"
message = "datasource {name} is for {provider}, not PostgreSQL"
help = "Set `provider = \"postgresql\"` and look at every type and default again: they mean other things there."
*/
select d.id as entity, d.name, d.provider
from datasources d
where d.provider not in ('postgresql', '')

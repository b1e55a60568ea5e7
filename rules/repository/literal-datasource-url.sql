/*
title = "Database address written into the schema"
severity = "warning"
precision = "very-high"
message = "the url of datasource {name} is written into schema.prisma"
help = "Read it from the environment, url = env(\"DATABASE_URL\"), and change a password that was in it."
*/
select d.id as entity, d.name
from datasources d
where d.url_literal

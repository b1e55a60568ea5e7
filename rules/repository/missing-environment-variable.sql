/*
title = "Example environment without the schema's variable"
severity = "warning"
precision = "high"
message = "{file} does not set {variable}, which schema.prisma reads"
help = "Add {variable} with a placeholder for the password: postgresql://USER:PASSWORD@localhost:5432/NAME."
*/
with named as materialized (
  select id, service_id, url_variable as variable from datasources where url_variable is not null
  union
  select id, service_id, direct_url_variable from datasources where direct_url_variable is not null
)
select min(f.id) as entity, n.id as related, n.variable, f.path as file
from named n
join environment_files f on f.service_id = n.service_id
where n.variable not in (select v.name from environment_variables v where v.service_id = n.service_id)
group by n.id, n.variable

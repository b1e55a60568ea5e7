/*
title = "Service without an example environment"
severity = "warning"
precision = "medium"
message = "{service} reads its database's address from the environment and has no .env.example"
help = "Add .env.example with every variable that the service reads, and placeholders for values."
*/
select d.id as entity, v.name as service
from datasources d
join services v on v.id = d.service_id
where not d.url_literal
  and not exists (select 1 from environment_files f where f.service_id = d.service_id)

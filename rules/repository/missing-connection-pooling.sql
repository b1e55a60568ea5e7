/*
title = "Connections that nobody bounds"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "{variable} sets no pooling parameters, and the schema has no directUrl beside a pooled url"
help = "Set connection_limit (and pgbouncer=true behind PgBouncer), with a directUrl for migrations."
*/
select v.id as entity, d.id as related, v.name as variable
from environment_variables v
join datasources d on d.service_id = v.service_id
where v.name = d.url_variable
  and v.scheme in ('postgresql', 'postgres')
  and not v.pooled
  and d.direct_url_variable is null

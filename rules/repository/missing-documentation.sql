/*
title = "Service whose tables are not documented"
severity = "warning"
precision = "medium"
message = "documents name {documented} of {service}'s {tables} tables"
help = "List the tables in a Markdown file of the service: what each is for, who writes it, how long rows are kept."
*/
select v.id as entity, v.name as service, d.documented, d.tables
from documentation d
join services v on v.id = d.service_id
where d.documented * 2 < d.tables
  and v.id in (select p.service_id from packages p)

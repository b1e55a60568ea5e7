/*
title = "Service with tenants and no row level security"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "{tables} tables of {service} have a tenant column and none has row level security"
help = "Write policies that compare the tenant column with a setting of the connection, then ENABLE and FORCE them."
*/
select v.id as entity, v.name as service, count(*) as tables
from policy_summary s
join services v on v.id = s.service_id
where s.table_id in (select table_id from tenant_columns)
  and s.service_id not in (select o.service_id from policy_summary o where o.row_security)
group by v.id

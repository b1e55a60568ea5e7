/*
title = "Row security that binds nobody"
severity = "warning"
precision = "high"
message = "table {table} has row security, and of the roles that may touch it none is bound: {owner} owns it and bypasses row security"
help = "Connect as a role that is neither superuser nor has BYPASSRLS, and grant it what it needs."
*/
select t.id as entity, t.name as "table", t.owner
from own_tables o
join tables t on t.id = o.id
join databases d on d.service_id = t.service_id
join roles r on r.database_id = d.id and r.name = t.owner
where t.row_security
  and (r.superuser or r.bypass_row_security)
  and not exists (
    select 1 from grants g
    left join roles b on b.database_id = d.id and b.name = g.grantee
    where g.object_id = t.id and not coalesce(b.superuser or b.bypass_row_security, 0)
  )

/*
title = "Row security that binds nobody"
severity = "warning"
precision = "high"
message = "row security of {count} tables such as {example} binds nobody: {owner} owns them and bypasses row security, and nobody else has been granted anything"
help = "Connect as a role that is neither superuser nor has BYPASSRLS, and grant it what it needs."
*/
select r.id as entity, r.name as owner, count(*) as count, min(t.name) as example
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
group by r.id

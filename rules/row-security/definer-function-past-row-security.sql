/*
title = "Definer function that reads past row level security"
severity = "note"
precision = "low"
message = "{kind} {name} runs as its owner, whom row level security of {tables:list} does not bind"
help = "Make it SECURITY INVOKER, force row level security, or let the function check the tenant by itself."
*/
select f.id as entity, min(t.id) as related, f.name, f.kind, json_group_array(t.name) as tables
from functions f
join (select id, service_id, name, row_security, force_row_security from tables order by name) t
  on t.service_id = f.service_id
where f.security_definer
  and f.returns <> 'trigger'
  and t.row_security
  and not t.force_row_security
  and ' ' || lower(f.body) || ' ' glob '*[^a-z0-9_]' || lower(t.name) || '[^a-z0-9_]*'
group by f.id

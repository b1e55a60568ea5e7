/*
title = "Policy that lets every row be written"
severity = "warning"
precision = "high"
message = "policy {policy} of {table} lets {roles:list} {action} any row: its condition is always true"
help = "Compare the row's tenant or owner with the connection's, in USING and in WITH CHECK."

[parameters.trusted_roles]
default = ["%admin%", "%service%", "%owner%", "%maintenance%", "%migrat%", "%backup%", "%worker%", "%replic%"]
description = "Patterns (LIKE) of roles that may write all rows."
schema = { type = "array", items = { type = "string" } }
*/
select p.id as entity, p.table_id as related, p.name as policy, p."table", p.roles,
  case p.command when 'all' then 'write' else p.command end as action
from open_write_policies p
where exists (
    select 1 from json_each(p.roles) r
    where not exists (select 1 from json_each(:trusted_roles) t where r.value like t.value)
  )
  and not exists (
    select 1 from policies r
    where r.table_id = p.table_id and not r.permissive and r.command in ('all', p.command)
  )

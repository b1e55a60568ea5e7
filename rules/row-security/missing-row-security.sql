/*
title = "Table without row level security beside tables that have it"
severity = "warning"
precision = "medium"
message = "table {table} has no row level security although {column} says whose row it is"
help = "Add a policy like those of the service's other tables, then ENABLE and FORCE ROW LEVEL SECURITY."
*/
select s.table_id as entity, s."table",
  coalesce(
    (select min(c.name) from tenant_columns c where c.table_id = s.table_id),
    (select min(c.name) from owner_columns c where c.table_id = s.table_id)
  ) as "column"
from policy_summary s
where not s.row_security
  and s.policies = 0
  and s.service_id in (select o.service_id from policy_summary o where o.row_security)
  and s.table_id in (select table_id from tenant_columns union all select table_id from owner_columns)

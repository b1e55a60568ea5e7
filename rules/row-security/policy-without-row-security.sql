/*
title = "Policy on a table without row level security"
severity = "error"
precision = "very-high"
message = "table {table} has policies and row level security is not enabled, so they do nothing"
help = "Enable row level security, or drop the policies."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} enable row level security;"
safety = "unsafe"
why = "from then on other roles than the owner see only what the policies let them see"
*/
select s.table_id as entity, (select min(p.id) from policies p where p.table_id = s.table_id) as related,
  s.schema, s."table", s.policies
from policy_summary s
where s.policies > 0
  and not s.row_security

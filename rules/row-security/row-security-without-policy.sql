/*
title = "Row level security without a policy"
severity = "warning"
precision = "high"
message = "table {table} has row level security and no policy: nobody but its owner sees or writes a row"
help = "Add a policy for each command that the application needs, or disable row level security."
*/
select s.table_id as entity, s."table"
from policy_summary s
where s.row_security
  and s.policies = 0

/*
title = "View that reads past row level security"
severity = "warning"
precision = "high"
message = "view {view} reads {table} as its owner, whom row level security of {table} does not bind"
help = "Create the view WITH (security_invoker = true), or force row level security on {table}."

[fix]
sql = "alter view {schema:identifier}.{view:identifier} set (security_invoker = true);"
safety = "unsafe"
why = "callers then need privileges on the tables themselves, and see only what the policies let them see"
*/
select v.id as entity, t.id as related, v.schema, v.name as "view", t.name as "table"
from views v
join view_reads r on r.view_id = v.id
join tables t on t.id = r.table_id
where not v.materialized
  and not v.security_invoker
  and t.row_security
  and not t.force_row_security

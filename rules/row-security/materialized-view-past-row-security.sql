/*
title = "Materialized view of rows under row level security"
severity = "warning"
precision = "high"
message = "materialized view {view} keeps rows of {table}, and no policy of {table} applies to them"
help = "Let only trusted roles read it, or make a plain view WITH (security_invoker = true) of it."
*/
select v.id as entity, t.id as related, v.name as "view", t.name as "table"
from views v
join view_reads r on r.view_id = v.id
join tables t on t.id = r.table_id
where v.materialized
  and t.row_security
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning = 'lookup')

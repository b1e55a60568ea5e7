/*
title = "Row level security that the owner is exempt from"
severity = "warning"
precision = "medium"
message = "row level security of {table} is not forced, so the table's owner sees and writes all rows"
help = "FORCE ROW LEVEL SECURITY, or let the application connect as a role that owns nothing and name it in the policies."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} force row level security;"
safety = "unsafe"
why = "from then on the policies bind the owner, migrations and jobs that run as the owner included"
*/
select s.table_id as entity, s.schema, s."table"
from policy_summary s
where s.row_security
  and not s.force_row_security
  and s.table_id in (
    select p.table_id from policies p where exists (select 1 from json_each(p.roles) r where r.value = 'public')
  )

/*
title = "Evidence that can be changed"
severity = "warning"
precision = "medium"
message = "rows of {table} can be {changes}: no trigger, privilege or policy prevents it"
help = "Refuse UPDATE and DELETE by a trigger, or grant the application only SELECT and INSERT on {table}."

[fix]
sql = """
create function {schema:identifier}.{function:identifier}() returns trigger language plpgsql as $$ begin raise exception '% of % is refused: its rows are evidence', tg_op, tg_table_name; end $$;
create trigger {function:identifier} before update or delete on {schema:identifier}.{table:identifier} for each row execute function {schema:identifier}.{function:identifier}();
"""
safety = "unsafe"
why = "updates and deletes fail from then on, those of retention jobs and of cascading foreign keys too"
*/
with operation (name, done) as (values ('update', 'updated'), ('delete', 'deleted'))
select e.table_id as entity, e.schema, e."table", substr(e."table", 1, 46) || '_refuse_change' as function,
  case count(*) when 2 then 'updated and deleted' else min(o.done) end as changes
from evidence_tables e
join operation o
where not exists (select 1 from refused_changes r where r.table_id = e.table_id and r.operation = o.name)
  and not (
    exists (select 1 from grants g where g.object_id = e.table_id and g.privilege = 'insert')
    and not exists (select 1 from grants g where g.object_id = e.table_id and g.privilege = o.name)
  )
  and not exists (
    select 1 from policy_summary p
    where p.table_id = e.table_id and p.row_security and p.force_row_security
      and not case o.name when 'update' then p.allows_update else p.allows_delete end
  )
group by e.table_id, e.schema, e."table"

/*
title = "Time of the last change that nothing keeps"
severity = "warning"
precision = "medium"
judged_without = ["client_defaults", "triggers"]
message = "nothing keeps {column} of {table}: no trigger sets it, and no @updatedAt"
help = "Keep {column} by a trigger, or by `@updatedAt` if only Prisma writes to {table}."

[fix]
sql = """
create function {schema:identifier}.{function:identifier}() returns trigger language plpgsql as $$ begin new.{column:identifier} := now(); return new; end $$;
create trigger {function:identifier} before update on {schema:identifier}.{table:identifier} for each row execute function {schema:identifier}.{function:identifier}();
"""
prisma = "{attribute}"
prisma_edit = "add-to-field"
safety = "unsafe"
why = "a value that a writer brings for the column is overwritten from then on"
*/
select s.id as entity, s.schema, s."table", s.name as "column", substr(s."table", 1, 44) || '_set_updated_at' as function,
  case when f.column_id is not null then '@updatedAt' end as attribute
from timestamps s
left join fields f on f.column_id = s.id
where s.meaning = 'updated-at' and s.is_timestamp
  and not exists (select 1 from client_defaults x where x.column_id = s.id)
  and not exists (select 1 from maintained_updated_at k where k.column_id = s.id)
  and not exists (select 1 from table_classes k where k.table_id = s.table_id and k.class_ = 'append-only')

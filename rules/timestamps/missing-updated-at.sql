/*
title = "Table without the time of the last change"
severity = "warning"
precision = "high"
message = "table {table} has no column that tells when a row was changed last"
help = "Add {column} and keep it by a trigger or by `@updatedAt`."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add column {column:identifier} timestamptz not null default now();
create function {schema:identifier}.{function:identifier}() returns trigger language plpgsql as $$ begin new.{column:identifier} := now(); return new; end $$;
create trigger {function:identifier} before update on {schema:identifier}.{table:identifier} for each row execute function {schema:identifier}.{function:identifier}();
"""
prisma = "{field} DateTime @default(now()) @updatedAt{map} @db.Timestamptz(6)"
prisma_edit = "add-to-model"
safety = "unsafe"
why = "quick, but rows that exist get the time of the migration, which is not when they were changed"
*/
select t.id as entity, t.schema, t.name as "table", substr(t.name, 1, 44) || '_set_updated_at' as function,
  case when s.camel_columns then 'updatedAt' else 'updated_at' end as "column",
  case when s.camel_fields then 'updatedAt' when s.model is not null then 'updated_at' end as field,
  case when s.camel_columns = s.camel_fields then '' when s.camel_columns then ' @map("updatedAt")'
    else ' @map("updated_at")' end as map
from changed_tables t
join naming_styles s on s.table_id = t.id
where t.id not in (
    select c.table_id from meanings m join columns c on c.id = m.entity_id where m.meaning = 'updated-at'
  )
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning = 'cache')

/*
title = "Time of the last change that can be missing"
severity = "note"
precision = "medium"
judged_without = ["client_defaults"]
message = "{column} of {table} tells when a row was changed last, and can be null"
help = "Begin with the time of creation and make {column} NOT NULL."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {check:identifier} check ({column:identifier} is not null) not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {check:identifier};
alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set not null;
alter table {schema:identifier}.{table:identifier} drop constraint {check:identifier};
"""
prisma = "{field} DateTime{rest}"
prisma_edit = "replace-field"
safety = "unsafe"
why = "inserts of null are refused from then on; VALIDATE stops while rows without a value exist"
*/
select s.id as entity, s.schema, s."table", s.name as "column", substr(s."table", 1, 40) || '_is_updated' as "check",
  case when d.column_id is null or d.function = 'now' or d.expression = 'CURRENT_TIMESTAMP' then f.name end as field,
  case when d.column_id is null then '' else ' @default(now())' end
    || case when x.generator is null then '' else ' @updatedAt' end
    || case when f.name <> s.name then ' @map("' || s.name || '")' else '' end
    || coalesce(' @db.' || f.native_type, '') as rest
from timestamps s
left join fields f on f.column_id = s.id
left join defaults d on d.column_id = s.id
left join client_defaults x on x.column_id = s.id
where s.meaning = 'updated-at' and s.nullable

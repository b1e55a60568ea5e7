/*
title = "Time of creation that can be missing"
severity = "warning"
precision = "high"
message = "{column} of {table} tells when a row was made, and can be null"
help = "Fill in what is missing and make {column} NOT NULL."

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
select s.id as entity, s.schema, s."table", s.name as "column", substr(s."table", 1, 40) || '_is_created' as "check",
  case when d.column_id is null or d.function = 'now' or d.expression = 'CURRENT_TIMESTAMP' then f.name end as field,
  case when d.column_id is null then '' else ' @default(now())' end
    || case when f.name <> s.name then ' @map("' || s.name || '")' else '' end
    || coalesce(' @db.' || f.native_type, '') as rest
from timestamps s
left join fields f on f.column_id = s.id
left join defaults d on d.column_id = s.id
where s.nullable and (s.phrase like '%creat%' or s.phrase like 'inserted%')

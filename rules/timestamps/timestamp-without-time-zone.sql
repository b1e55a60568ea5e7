/*
title = "Timestamp without time zone"
severity = "warning"
precision = "medium"
profiles = ["strict"]
message = "{column} of {table} is {type}: which moment it means depends on who reads it"
help = "Use timestamptz, in Prisma `@db.Timestamptz`."

[fix]
sql = """
set timezone = 'UTC';
alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type {wanted};
"""
prisma = "@db.Timestamptz({digits})"
prisma_edit = "add-to-field"
safety = "unsafe"
why = "right only if the values are UTC, as Prisma writes them; indexes on the column are rebuilt under an ACCESS EXCLUSIVE lock"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.type,
  case when c.type_kind = 'base' then replace(c.type, 'without', 'with') end as wanted,
  case when f.column_id is not null and f.native_type is null then c.precision end as digits
from own_columns c
left join fields f on f.column_id = c.id
where c.base_type = 'timestamp without time zone'
  and not exists (select 1 from words w where w.entity_id = c.id and w.word in ('local', 'wall'))

/*
title = "Amount of money in a floating-point column"
severity = "error"
precision = "high"
message = "{column} of {table} holds money ({phrase}) as {type}, which cannot hold most decimal fractions"
help = "Use numeric with a precision and scale, such as numeric(19, 4), or an integer of minor units."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type numeric(19, 4);"
prisma = "{field} Decimal{optional}{default_}{map} @db.Decimal(19, 4)"
prisma_edit = "replace-field"
safety = "unsafe"
why = "it rewrites the table under an exclusive lock, and values are rounded to four digits"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.type, c.phrase, f.name as field,
  case when c.nullable then '?' else '' end as optional,
  case when f.name <> c.name then ' @map("' || c.name || '")' else '' end as map,
  case
    when d.column_id is null then ''
    when d.expression not glob '*[^0-9.]*' then ' @default(' || d.expression || ')'
  end as default_
from money_columns c
left join fields f on f.column_id = c.id
left join defaults d on d.column_id = c.id
where c.base_type in ('real', 'double precision')

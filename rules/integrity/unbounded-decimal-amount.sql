/*
title = "Amount without a number of digits"
severity = "warning"
precision = "medium"
judged_without = ["checks"]
message = "{column} of {table} holds money as {type}, which takes any number of digits after the point"
help = "Say how many digits an amount has: numeric(19, 4) serves all currencies, numeric(38, 18) crypto assets."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type numeric(19, 4);"
prisma = "@db.Decimal({digits}, 4)"
prisma_edit = "add-to-field"
safety = "unsafe"
why = "it rewrites the table under an exclusive lock, and values are rounded to four digits"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.type, case when f.native_type is null then 19 end as digits
from money_columns c
left join fields f on f.column_id = c.id
where c.base_type = 'numeric' and (c.precision is null or c.precision = 65 and c.scale = 30)
  and not exists (
    select 1 from check_columns p join checks k on k.id = p.check_id
    where p.column_id = c.id and (k.expression like '%scale(%' or k.expression like '%round(%')
  )

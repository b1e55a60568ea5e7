/*
title = "Foreign key whose type is unlike its target's"
severity = "warning"
precision = "high"
message = "{column} of {table} is {type} but refers to {referenced_table}.{referenced_column}, which is {referenced_type}"
help = "Give {column} the type {referenced_type}."

[fix]
sql = "alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type {referenced_type};"
safety = "unsafe"
why = "unless only a length grows, the table is rewritten under an ACCESS EXCLUSIVE lock; narrower types can refuse values"
*/
select distinct p.column_id as entity, p.referenced_column_id as related, p.schema, p."table", p."column", p.type,
  p.referenced_table, p.referenced_column, p.referenced_type
from foreign_key_pairs p
where p.base_type <> p.referenced_base_type
    and not (p.base_type in ('text', 'character varying') and p.length is null and p.referenced_base_type = 'character varying')
    and not (p.base_type = 'character varying' and p.length is null and p.referenced_base_type = 'text')
    and not (p.base_type in ('bigint', 'numeric') and p.referenced_base_type in ('smallint', 'integer'))
    and not (p.base_type = 'integer' and p.referenced_base_type = 'smallint')
  or p.base_type = p.referenced_base_type and p.length < coalesce(p.referenced_length, 10485760)

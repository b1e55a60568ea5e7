/*
title = "JSON kept as text"
severity = "warning"
precision = "medium"
judged_without = ["checks"]
message = "{column} of {table} keeps a document as {type}, as {evidence} says: the database takes any text"
help = "Make it jsonb, which refuses what is no JSON and can be searched and indexed."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} alter column {column:identifier} drop default;
alter table {schema:identifier}.{table:identifier} alter column {column:identifier} type jsonb using {column:identifier}::jsonb;
"""
safety = "unsafe"
why = "it rewrites the table under an exclusive lock, fails if any row is no JSON, and clients then get objects instead of text"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c.type,
  case
    when m.entity_id is not null then 'its name'
    when d.column_id is not null then 'its default' else 'its comment'
  end as evidence
from own_columns c
left join meanings m on m.entity_id = c.id and m.meaning = 'json-text' and coalesce(c.length, 10000) > 1000
  and m.phrase not in ('config', 'configuration')
  and (m.phrase not in ('setting', 'preference', 'line item') or c.name like '%s')
left join defaults d on d.column_id = c.id and d.expression in ('''{}''', '''[]''', '''{}''::text', '''[]''::text')
left join comments k on k.entity_id = c.id and k.text like '%json%'
where c.base_type in ('text', 'character varying') and not c.array
  and coalesce(m.entity_id, d.column_id, k.entity_id) is not null
  and c.id not in (select p.column_id from check_columns p)
  and c.id not in (select a.entity_id from annotations a where a.name = 'encrypted')
  and c.id not in (select e.entity_id from meanings e where e.meaning = 'encrypted')
group by c.id

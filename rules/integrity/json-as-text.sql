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
with evidence as (
  select m.entity_id as column_id, 'its name' as word
  from meanings m join columns c on c.id = m.entity_id
  where m.meaning = 'json-text' and coalesce(c.length, 10000) > 1000 and m.phrase not in ('config', 'configuration')
    and (m.phrase not in ('setting', 'preference', 'line item') or c.name like '%s')
  union all
  select d.column_id, 'its default' from defaults d
  where d.expression in ('''{}''', '''[]''', '''{}''::text', '''[]''::text')
  union all
  select k.entity_id, 'its comment' from comments k where k.text like '%json%'
)
select c.id as entity, c.schema, c."table", c.name as "column", c.type,
  max(e.word) as evidence -- as the alphabet has it, the name before the default before the comment
from evidence e
join own_columns c on c.id = e.column_id
where c.base_type in ('text', 'character varying') and not c.array
  and c.id not in (select p.column_id from check_columns p)
  and c.id not in (select a.entity_id from annotations a where a.name = 'encrypted')
  and c.id not in (select m.entity_id from meanings m where m.meaning = 'encrypted')
group by c.id

/*
title = "Table that does not say who made a row"
severity = "warning"
precision = "medium"
message = "nothing in {table} tells who made a row"
help = "Add {column}, with the type of the users' key, and fill it in on insert."
*/
select t.id as entity, t.name as "table", case when s.camel_columns then 'createdBy' else 'created_by' end as "column"
from entity_tables t
join naming_styles s on s.table_id = t.id
where t.id not in (
    select c.table_id from meanings m join columns c on c.id = m.entity_id
    where m.meaning in ('owner', 'user-reference')
      or m.meaning in (select g.meaning from meaning_groups g where g.group_ = 'actor') and m.meaning <> 'updated-by'
  )
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning in ('cache', 'session', 'user'))

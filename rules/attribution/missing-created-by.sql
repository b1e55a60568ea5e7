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
where not exists (
    select 1 from columns c
    join meanings m on m.entity_id = c.id
    left join meaning_groups g on g.meaning = m.meaning
    where c.table_id = t.id and (g.group_ = 'actor' and m.meaning <> 'updated-by' or m.meaning in ('owner', 'user-reference'))
  )
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning in ('cache', 'session', 'user'))

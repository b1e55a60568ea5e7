/*
title = "Table that does not say who changed a row"
severity = "warning"
precision = "medium"
profiles = ["strict"]
message = "nothing in {table} tells who changed a row last"
help = "Add {column}, with the type of the users' key, and fill it in on every write."
*/
select t.id as entity, t.name as "table", case when s.camel_columns then 'updatedBy' else 'updated_by' end as "column"
from changed_tables t
join naming_styles s on s.table_id = t.id
where not exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = t.id and m.meaning = 'updated-by'
  )
  and not exists (select 1 from meanings m where m.entity_id = t.id and m.meaning in ('cache', 'session', 'user'))

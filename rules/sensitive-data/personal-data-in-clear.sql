/*
title = "Personal data in clear"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "column {column} of {table} holds personal data in clear: {kind}"
help = "Encrypt it, or keep it in the one service that needs it and refer to that."
*/
select d.column_id as entity, d."table", d.name as "column", min(d.class) as class,
  replace(min(d.meaning), '-', ' ') as kind, min(d.phrase) as phrase
from sensitive_columns d
where d.meaning not in ('ip-address', 'location')
  or exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = d.table_id and m.meaning in ('user-reference', 'owner', 'email', 'phone', 'person-name')
  )
group by d.column_id
having max(d.class not in ('contact', 'education')) = 0

/*
title = "Session that cannot be revoked"
severity = "note"
precision = "medium"
message = "{table} keeps logins and has no column that says whether one still counts"
help = "Add revoked_at timestamptz (or a status), and check it wherever a session is looked up."
*/
select t.id as entity, t.name as "table"
from login_sessions t
where not exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = t.id and m.meaning in ('validity', 'status', 'deleted-at', 'deleted-flag')
  )

/*
title = "Session that never ends"
severity = "warning"
precision = "medium"
message = "{table} keeps logins and has no column for when one ends"
help = "Add expires_at timestamptz not null, and check it wherever a session is looked up."
*/
select t.id as entity, t.name as "table"
from login_sessions t
where not exists (
    select 1 from columns c join words w on w.entity_id = c.id
    where c.table_id = t.id and w.word in ('exp', 'expire', 'expired', 'expiry', 'expiration', 'ttl', 'timeout', 'lifetime', 'until')
  )

-- Tables that keep logins: named like sessions, with a column for who is logged in or for what opens the session.
select t.*
from own_tables t
where exists (select 1 from meanings s where s.entity_id = t.id and s.meaning = 'session')
  and exists (
    select 1 from columns c join words w on w.entity_id = c.id
    where c.table_id = t.id and w.word in (
      'account', 'admin', 'customer', 'identity', 'login', 'member', 'principal', 'secret', 'sess', 'sid', 'subject', 'token',
      'user', 'userid', 'username'
    )
  )

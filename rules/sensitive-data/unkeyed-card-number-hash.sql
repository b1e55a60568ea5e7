/*
title = "Hash of card numbers without a key"
severity = "warning"
precision = "medium"
message = "nothing says that card number hash {column} of {table} is made with a key"
help = "Make it with a key (HMAC-SHA-256), keep the key outside the database, and call the column {column}_hmac or annotate it `@hmac`."
*/
select c.id as entity, c."table", c.name as "column", m.phrase
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning = 'card-number-hash'
  and m.phrase not like '%fingerprint'
  and m.phrase not like '%hmac'
  and not exists (select 1 from meanings k where k.entity_id = c.id and k.meaning = 'keyed-hash')
  and not exists (select 1 from annotations a where a.entity_id = c.id and a.name in ('hmac', 'keyed', 'keyed-hash'))
  and not exists (
    select 1 from columns v join meanings k on k.entity_id = v.id
    where v.table_id = c.table_id and k.meaning = 'key-version'
  )

/*
title = "Primary key that is no uuid"
severity = "warning"
precision = "high"
judged_without = ["client_defaults"]
message = "primary key {column} of {table} is {type}, {what}"
help = "Make {column} and every column that refers to it uuid."
*/
select k.column_id as entity, k.name as "column", k."table", k.type, k.state,
  case k.state
    when 'text-uuid' then 'a UUID kept as text'
    when 'text-other' then 'an identifier that is no uuid'
    when 'integer' then 'a number'
    else 'a name that people use and may change'
  end as what
from key_states k
where k.state in ('text-uuid', 'text-other', 'integer')
  or k.state = 'natural' and k.width = 1
  and k.base_type in ('text', 'character varying', 'character', 'citext')
  and not exists (select 1 from table_classes l where l.table_id = k.table_id and l.class_ = 'lookup')
  and not exists (
    select 1 from meanings m
    where m.entity_id = k.column_id
      and m.meaning in ('natural-key', 'external-identifier', 'idempotency-key', 'country-code', 'currency', 'locale')
  )
  and not exists (
    select 1 from words w
    where w.entity_id = k.column_id
      and w.word in ('code', 'hash', 'key', 'kind', 'prefix', 'slug', 'symbol', 'type')
  )

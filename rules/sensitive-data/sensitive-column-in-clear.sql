/*
title = "Sensitive data in clear"
severity = "warning"
precision = "medium"
message = "column {column} of {table} is in clear although its name says {kind}{seen}"
help = "Store {instead} of it, and let the name or an annotation such as `@encrypted` say so."
judged_without = ["value_samples"]
*/
select d.column_id as entity, d."table", d.name as "column", d.class, replace(min(d.meaning), '-', ' ') as kind, d.phrase,
  case min(d.meaning) when 'token' then 'a hash' when 'card-number' then 'a token' else 'the ciphertext' end as instead,
  coalesce(' (' || nullif(s.plain, 0) || ' of ' || s.looked || ' values are ' || s.sign || ' in clear)', '') as seen
from sensitive_columns d
left join value_samples s on s.column_id = d.column_id
where d.class in (
    'credential', 'cardholder-data', 'financial-account', 'government-id', 'health', 'biometric', 'special-category', 'child'
  )
  and d.meaning <> 'password'
  and coalesce(s.verdict, '') not in ('encrypted', 'hashed')
group by d.column_id

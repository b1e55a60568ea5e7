/*
title = "Sensitive data in clear"
severity = "warning"
precision = "medium"
message = "column {column} of {table} is in clear although its name says {kind}"
help = "Store {instead} of it, and let the name or an annotation such as `@encrypted` say so."
*/
select d.column_id as entity, d."table", d.name as "column", d.class, replace(min(d.meaning), '-', ' ') as kind, d.phrase,
  case min(d.meaning) when 'token' then 'a hash' when 'card-number' then 'a token' else 'the ciphertext' end as instead
from sensitive_columns d
where d.class in (
    'credential', 'cardholder-data', 'financial-account', 'government-id', 'health', 'biometric', 'special-category', 'child'
  )
  and d.meaning <> 'password'
group by d.column_id

/*
title = "Personal data as a primary key"
severity = "warning"
precision = "high"
message = "primary key {column} of {table} holds personal data ({meaning})"
help = "Identify {table} by a uuid and keep {column} as an ordinary unique column."
*/
select k.column_id as entity, k.name as "column", k."table", min(replace(m.meaning, '-', ' ')) as meaning
from primary_key_columns k
join meanings m on m.entity_id = k.column_id
where m.meaning in ('bank-account', 'card-number', 'email', 'national-id', 'passport-number', 'person-name', 'phone', 'tax-number')
  and not exists (select 1 from foreign_key_columns f where f.column_id = k.column_id)
group by k.column_id, k.name, k."table"

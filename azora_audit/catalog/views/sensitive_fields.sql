-- Columns that must not hold their value in clear, whatever form it has now: all sensitive classes but contacts and education records.
select d.column_id from sensitive_data d where d.class not in ('contact', 'education')
union
select c.id from encrypted_columns c
union
select c.id
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning in ('password-hash', 'card-number-hash')

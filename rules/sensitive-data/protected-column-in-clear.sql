/*
title = "Values in clear where ciphertext is promised"
severity = "error"
precision = "high"
message = "column {column} of {table} is {kind} by {promise}, and {plain} of {looked} values that were looked at are in clear ({sign})"
help = "Find the code that writes them; encrypt or hash what is there in batches, and add a CHECK on the form of the values."
*/
select c.id as entity, c."table", c.name as "column", s.plain, s.looked, s.sign, p.kind, min(p.promise) as promise
from own_columns c
join value_samples s on s.column_id = c.id
join (
  select a.entity_id as column_id, a.name as kind, '@' || a.name as promise
  from annotations a
  where a.name in ('encrypted', 'hashed')
  union
  select m.entity_id, m.meaning, 'its name'
  from meanings m
  where m.meaning in ('encrypted', 'hashed')
) p on p.column_id = c.id
where s.verdict in ('plain', 'mixed')
group by c.id

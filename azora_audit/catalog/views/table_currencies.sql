-- Tables with something that says which currency their amounts are in: a column, or the name or comment of an amount.
select t.id as table_id, m.phrase as evidence
from own_tables t
join columns c on c.table_id = t.id
join meanings m on m.entity_id = c.id and m.meaning = 'currency'
union all
select c.table_id, w.word
from money_columns c
join words w on w.entity_id = c.id
where w.word in (
  select value from json_each(
    '["zar", "usd", "eur", "gbp", "jpy", "cny", "inr", "aud", "cad", "chf", "ngn", "kes", "ghs", "bwp", "nad", "brl", "mxn"]'
  )
)
union all
select c.table_id, k.text
from money_columns c
join comments k on k.entity_id in (c.id, c.table_id)
where k.text like '%currenc%'

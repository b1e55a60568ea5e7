-- Columns that hold amounts of money, with how: money, money-integer (minor units if anything says so) or amount-minor-units.
select c.*, m.meaning, m.phrase
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning in ('money', 'money-integer', 'amount-minor-units') and not c.array

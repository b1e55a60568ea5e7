/*
title = "Amounts without a currency"
severity = "warning"
precision = "medium"
message = "nothing in {table} says the currency of {columns:list}"
help = "Add a currency column (ISO 4217 code) to {table}, or say in a comment which currency its amounts always have."
*/
with currency as materialized (select distinct table_id from table_currencies),
borrowing as (select w.entity_id from words w where w.word in ('line', 'item', 'entry', 'detail', 'row')),
lending as (select w.entity_id from words w where w.word in ('account', 'wallet', 'card', 'ledger', 'journal'))
select t.id as entity, t.name as "table", json_group_array(c.name) as columns
from own_tables t
join columns c on c.table_id = t.id and not c.array
join meanings m on m.entity_id = c.id and m.meaning in ('money', 'amount-minor-units')
where t.id not in (select e.table_id from currency e)
  and not exists (
    select 1 from foreign_keys k join currency e on e.table_id = k.referenced_table_id
    where k.table_id = t.id
      and (
        k.table_id not in (select p.id from protected_tables p) or k.table_id in borrowing or e.table_id in lending
      )
  )
group by t.id

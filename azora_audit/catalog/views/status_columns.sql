-- Columns for one of a few states, with what limits their values: enum, check, reference or nothing.
select
  c.*, m.phrase,
  case
    when c.type_kind = 'enum' then 'enum'
    when exists (select 1 from check_columns k where k.column_id = c.id) then 'check'
    when c.type_kind = 'domain' and exists (select 1 from checks k where k.domain_id = c.type_id) then 'check'
    when exists (select 1 from foreign_key_columns k where k.column_id = c.id) then 'reference'
  end as limited_by
from meanings m
join own_columns c on c.id = m.entity_id
where m.meaning = 'status'

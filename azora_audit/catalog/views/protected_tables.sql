-- Tables of records that must outlive what they speak of: financial, ledger, audit, compliance and consent.
select
  t.*,
  (
    select m.meaning from meanings m
    join meaning_groups g on g.meaning = m.meaning and g.group_ = 'protected-records'
    where m.entity_id = t.id
    order by m.meaning limit 1
  ) as meaning
from own_tables t
where exists (
  select 1 from meanings m
  join meaning_groups g on g.meaning = m.meaning and g.group_ = 'protected-records'
  where m.entity_id = t.id
)

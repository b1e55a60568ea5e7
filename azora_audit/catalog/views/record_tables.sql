-- Tables of records that must outlive what they speak of, each with its class: financial, audit, consent or learning-record.
select
  t.id, t.schema, t.name, min(m.phrase) as phrase,
  case m.meaning when 'ledger' then 'financial' when 'compliance' then 'audit' else m.meaning end as class
from meanings m
join own_tables t on t.id = m.entity_id
where m.meaning in ('financial', 'ledger', 'audit', 'compliance', 'consent', 'learning-record')
  and m.phrase <> 'bank account' -- details of one, which must go with the person
group by t.id, class

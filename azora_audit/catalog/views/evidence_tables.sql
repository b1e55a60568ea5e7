-- Tables whose rows are evidence that nobody should change: audit logs, ledgers, financial transactions, or annotated so.
select t.id as table_id, t.service_id, t.schema, t.name as "table", k.class_, k.why
from own_tables t
join table_classes k on k.table_id = t.id
where k.why = 'annotated @append-only'
  or k.why not like 'annotated @%'
  and (
    exists (
      select 1 from meanings m left join meaning_groups g on g.meaning = m.meaning and g.group_ = 'protected-records'
      where m.entity_id = t.id
        and (m.meaning in ('audit', 'ledger') or g.meaning is not null and k.class_ = 'append-only')
    )
    or exists (
      select 1 from meanings m join meanings f on f.entity_id = m.entity_id
      where m.entity_id = t.id and m.meaning = 'transaction' and f.meaning = 'financial'
    )
  )

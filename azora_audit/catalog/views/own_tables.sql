-- Tables that rules judge: no partitions (their parent speaks for them), foreign tables or bookkeeping of migration tools.
select
  t.id, t.service_id, t.schema, t.name, t.kind, t.persistence, t.partition_strategy, t.partition_key, t.implicit_join
from tables t
where +t.partition_of_id is null -- no index: nearly all tables have no parent, so it is the worst place to begin
  and t.kind <> 'foreign'
  and not exists (
    select 1 from meanings m where m.entity_id = t.id and m.meaning = 'migration-bookkeeping'
  )

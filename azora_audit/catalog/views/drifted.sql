-- Drifts between the files and the running database with the object's kind and name in words, and what the files are.
select
  d.entity_id, d.service_id, d.aspect, replace(d.kind, '-', ' ') as kind, d.name, d.declared, d.database,
  case
    when exists (select 1 from sources s where s.service_id = d.service_id and s.kind in ('migrations', 'dump')) then 'the SQL'
    else 'schema.prisma'
  end as files
from drifts d

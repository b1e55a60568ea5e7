-- Drifts between the files and the running database with the object's kind and name in words, and what the files are.
select
  d.entity_id, e.service_id, d.aspect, replace(e.kind, '-', ' ') as kind,
  case when p.id is null or p.kind = 'service' then e.name else p.name || '.' || e.name end as name,
  d.declared, d.database,
  case
    when exists (select 1 from sources s where s.service_id = e.service_id and s.kind in ('migrations', 'dump')) then 'the SQL'
    else 'schema.prisma'
  end as files
from drifts d
join entities e on e.id = d.entity_id
left join entities p on p.id = e.parent_id

-- Differences between schema.prisma and SQL with the object's kind and name in words.
select
  d.entity_id, e.service_id, d.aspect, replace(e.kind, '-', ' ') as kind,
  case when p.id is null or p.kind = 'service' then e.name else p.name || '.' || e.name end as name,
  d.prisma, d.sql
from differences d
join entities e on e.id = d.entity_id
left join entities p on p.id = e.parent_id

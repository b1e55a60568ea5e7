-- Services with a schema.prisma of which Prisma's JavaScript client is generated, with the schema's datasource.
select d.service_id, min(d.id) as datasource_id
from datasources d
where exists (
  select 1 from generators g where g.service_id = d.service_id and g.provider in ('prisma-client-js', 'prisma-client')
)
group by d.service_id

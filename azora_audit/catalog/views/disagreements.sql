-- Differences between schema.prisma and SQL with the object's kind and name in words.
select d.entity_id, d.service_id, d.aspect, replace(d.kind, '-', ' ') as kind, d.name, d.prisma, d.sql
from differences d

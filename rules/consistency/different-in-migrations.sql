/*
title = "Otherwise in schema.prisma than in the migrations"
severity = "warning"
precision = "high"
message = "{aspect} of {kind} {name}: {prisma} in schema.prisma, {sql} in the SQL"
help = "Decide which is right; mend the other by a migration or in schema.prisma."
*/
select d.entity_id as entity, replace(d.aspect, '-', ' ') as aspect, d.kind, d.name,
  coalesce(nullif(d.prisma, ''), 'nothing') as prisma, coalesce(nullif(d.sql, ''), 'nothing') as sql
from disagreements d
where d.aspect not in ('missing-in-migrations', 'missing-in-prisma')

/*
title = "In schema.prisma and not in the migrations"
severity = "error"
precision = "high"
message = "{kind} {name} is in schema.prisma and the service's SQL does not make it ({prisma})"
help = "Write the migration (`prisma migrate dev --create-only`), or take it out of schema.prisma."
*/
select d.entity_id as entity, d.kind, d.name, d.prisma
from disagreements d
where d.aspect = 'missing-in-migrations'

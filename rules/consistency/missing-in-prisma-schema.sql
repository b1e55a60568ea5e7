/*
title = "In the migrations and not in schema.prisma"
severity = "warning"
precision = "medium"
message = "{kind} {name} is made by the SQL and missing in schema.prisma ({sql})"
help = "Add it to schema.prisma (`prisma db pull`): the client cannot use it, and Prisma's next migration would drop it."
*/
select d.entity_id as entity, d.kind, d.name, d.sql
from disagreements d
where d.aspect = 'missing-in-prisma'

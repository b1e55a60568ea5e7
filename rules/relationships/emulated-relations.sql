/*
title = "Relations that the database does not know"
severity = "warning"
precision = "very-high"
message = "relationMode = \"prisma\" leaves {relations} relations to the client: the database has no foreign key for them"
help = "Remove relationMode, find rows that refer to nothing, and let Prisma Migrate add the foreign keys."
*/
select d.id as entity, count(*) as relations
from datasources d
join own_tables t on t.service_id = d.service_id
join foreign_keys k on k.table_id = t.id
where k.emulated
group by d.id

/*
title = "Table without the tenant column that most others have"
severity = "warning"
precision = "medium"
message = "table {table} has no tenant column, as {others} of the service's {tables} tables have"
help = "Add the column (a policy compares it without a join), or allow this where rows belong to no organisation."
*/
with scoped as materialized (select distinct table_id from tenant_columns),
of_service as materialized (
  select service_id, count(*) as tables, sum(id in (select table_id from scoped)) as others
  from tenant_candidates group by service_id
)
select t.id as entity, t.name as "table", s.others, s.tables
from tenant_candidates t
join of_service s on s.service_id = t.service_id
where s.others * 2 > s.tables
  and t.id not in (select table_id from scoped)
  and t.id not in (select k.table_id from foreign_keys k join scoped s on s.table_id = k.referenced_table_id)

-- Columns that refer by name to a table of another service: contracts that no foreign key can keep.
select
  r.column_id, c.name as "column", c.type, t.service_id, t.id as table_id, t.schema, t.name as "table", r.noun,
  r.target_service
from logical_references r
join columns c on c.id = r.column_id
join tables t on t.id = r.table_id
where r.target_table_id is null and r.target_service is not null

-- Columns of the tables that rules judge, with their table's names.
select c.*, t.service_id, t.schema, t.name as "table"
from own_tables t
join columns c on c.table_id = t.id

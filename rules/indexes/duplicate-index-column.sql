/*
title = "Index with the same column twice"
severity = "warning"
precision = "very-high"
message = "index {name} of {table} has the column {column} {count} times"
help = "Build the index with each column once."
*/
select i.id as entity, i.name, t.name as "table", c.name as "column", count(*) as count
from own_tables t
join indexes i on i.table_id = t.id
join index_columns p on p.index_id = i.id and not p.included
join columns c on c.id = p.column_id
group by i.id, c.id, p.operator_class, p.collation
having count(*) > 1

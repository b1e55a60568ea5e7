/*
title = "Index that begins with a boolean"
severity = "note"
precision = "medium"
message = "index {index} of {table} begins with the boolean {column}, which tells at most two halves of the table apart"
help = "Index only the rows that are looked for: an index on the columns of the query, with `where {column}` or `where not {column}`."
*/
select l.index_id as entity, l."index", t.name as "table", c.name as "column"
from leading_columns l
join columns c on c.id = l.column_id
join tables t on t.id = c.table_id
where c.base_type = 'boolean' and not c.array and l.predicate is null and not l.unique_

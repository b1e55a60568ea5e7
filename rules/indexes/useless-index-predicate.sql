/*
title = "Partial index that leaves nothing out"
severity = "warning"
precision = "very-high"
message = "the predicate of index {name} of {table} leaves out nulls of {columns:list}, which cannot be null"
help = "Build the index without the predicate."
*/
select i.id as entity, i.name, t.name as "table",
  (
    select json_group_array(name) from (
      select c.name from index_predicate_columns p join columns c on c.id = p.column_id
      where p.index_id = i.id order by c.name
    )
  ) as columns
from own_tables t
join indexes i on i.table_id = t.id
where i.predicate_only_not_null
  and not exists (
    select 1 from index_predicate_columns p join columns c on c.id = p.column_id where p.index_id = i.id and c.nullable
  )

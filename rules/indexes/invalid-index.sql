/*
title = "Index that is not valid"
severity = "warning"
precision = "very-high"
message = "index {name} of {table} is not valid: writes keep it up to date and no query uses it"
help = "{advice}."
*/
select i.id as entity, i.name, t.name as "table",
  case t.kind
    when 'partitioned' then 'Attach an index of each partition to it, with alter index ... attach partition'
    else 'Drop it and build it again, or reindex it concurrently'
  end as advice
from own_tables t
join indexes i on i.table_id = t.id
where not i.valid

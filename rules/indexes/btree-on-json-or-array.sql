/*
title = "Btree index on JSON or an array"
severity = "warning"
precision = "high"
message = "btree index {index} of {table} leads with {column}, a {type}: it finds equal values as a whole and nothing inside them"
help = "Use a GIN index to search inside {column}, or index the one value that queries ask for as an expression."

[fix]
sql = """
create index concurrently on {schema:identifier}.{ordinary:identifier} using gin ({column:identifier});
drop index concurrently {schema:identifier}.{index:identifier};
"""
safety = "unsafe"
why = "a GIN index answers containment, but no comparison of whole values and no ordering"
*/
select l.index_id as entity, l."index", c.schema, c."table", c.name as "column", c.type,
  case t.kind when 'ordinary' then t.name end as ordinary
from leading_columns l
join own_columns c on c.id = l.column_id
join tables t on t.id = c.table_id
where l.method = 'btree' and not l.unique_ and (c.array or c.base_type = 'jsonb')

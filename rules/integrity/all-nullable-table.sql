/*
title = "Table whose every value may be missing"
severity = "note"
precision = "high"
message = "all {count} columns of {table} besides its key can be null, so a row may say nothing"
help = "Make NOT NULL what every row must have."
*/
select t.id as entity, t.name as "table", count(*) as count
from own_tables t
join columns c on c.table_id = t.id
where c.generated is null
  and c.id not in (select k.column_id from primary_keys p join key_columns k on k.key_id = p.id)
  and t.id not in (select p.table_id from primary_keys p join key_columns k on k.key_id = p.id and k.position = 2)
  and c.id not in (select s.id from timestamps s)
group by t.id
having min(c.nullable) and count(*) > 2

/*
title = "Period that may end before it begins"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "no CHECK constraint of {table} compares {start} with {end_}"
help = "Add check ({end_} > {start}), or one range column, whose bounds PostgreSQL compares itself."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {constraint:identifier} check ({end_:identifier} >= {start:identifier}) not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {constraint:identifier};
"""
safety = "unsafe"
why = "writes of such periods are refused from then on; validating reads the table while reads and writes go on"
*/
select u.id as entity, f.id as related, f.schema, f."table", f.name as start, u.name as end_,
  f."table" || '_' || u.name || '_check' as "constraint"
from meanings a
cross join own_columns f on f.id = a.entity_id
join columns u on u.table_id = f.table_id and u.type = f.type
join meanings b on b.entity_id = u.id
where a.meaning = 'valid-from' and b.meaning = 'valid-until'
  and not exists (
    select 1 from check_columns p join check_columns q on q.check_id = p.check_id where p.column_id = f.id and q.column_id = u.id
  )
group by u.table_id
having count(*) = 1

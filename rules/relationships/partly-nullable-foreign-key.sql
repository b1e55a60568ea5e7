/*
title = "Foreign key that a null switches off"
severity = "warning"
precision = "high"
judged_without = ["checks"]
message = "foreign key {name} of {table} is not checked while any of {nullable:list} is null, even if the others are set"
help = "Let {nullable:list} be null only together, by a CHECK or by MATCH FULL."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {check:identifier} check (num_nulls({nullable:identifiers}) in (0, {count})) not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {check:identifier};
"""
safety = "unsafe"
why = "rows with half a reference are refused from then on; VALIDATE stops while such rows exist"
*/
select k.id as entity, k.schema, k."table", k.name, k.nullable_columns as count,
  substr(k.name, 1, 48) || '_is_whole' as "check",
  n.columns as nullable
from foreign_key_shape k
join foreign_key_nulls n on n.foreign_key_id = k.id
where k."match" = 'simple' and k.nullable_columns > 1
  and not exists (
    select 1 from checks c
    where c.table_id = k.table_id and k.nullable_columns = (
      select count(*) from check_columns x
      join foreign_key_columns f on f.column_id = x.column_id
      join columns n on n.id = x.column_id
      where x.check_id = c.id and f.foreign_key_id = k.id and n.nullable
    )
  )

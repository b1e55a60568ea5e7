/*
title = "SET NULL on a column that cannot be null"
severity = "error"
precision = "very-high"
message = "foreign key {name} sets {columns:list} of {table} to null, but {fixed:list} cannot be null: the {event} fails"
help = "Let {fixed:list} be null, or say what should happen instead; to clear only some columns, ON DELETE SET NULL takes a list of them."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} drop constraint {name:identifier}, add constraint {name:identifier} \
foreign key ({columns:identifiers}) references {referenced_schema:identifier}.{referenced_name:identifier} \
({referenced_columns:identifiers}) on delete restrict{options} not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {name:identifier};
"""
safety = "safe"
why = "the delete fails before and after; from then on with an error that says why"
*/
select k.id as entity, k.name, k.schema, k."table", k.columns, d.referenced_schema, d.referenced_name,
  d.referenced_columns, d.options, json_group_array(c.name) as fixed,
  case k.on_delete when 'set null' then 'delete' else 'update' end as event
from foreign_key_shape k
join foreign_key_columns p on p.foreign_key_id = k.id
join columns c on c.id = p.column_id
left join replaceable_foreign_keys d
  on d.foreign_key_id = k.id and k.on_delete = 'set null' and d.options not like '%set null%'
where not c.nullable
  and (
    k.on_update = 'set null'
    or k.on_delete = 'set null' and (
      k.on_delete_columns is null or c.name in (select value from json_each(k.on_delete_columns))
    )
  )
group by k.id

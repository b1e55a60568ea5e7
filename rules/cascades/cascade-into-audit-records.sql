/*
title = "Cascade that deletes the audit trail"
severity = "error"
precision = "high"
message = "deleting a row of {root} deletes audit or compliance records ({phrase}): {path}"
help = "Say ON DELETE RESTRICT, or keep the key as a plain column: evidence must outlive what it is about."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} drop constraint {name:identifier}, add constraint {name:identifier} \
foreign key ({columns:identifiers}) references {referenced_schema:identifier}.{referenced_name:identifier} \
({referenced_columns:identifiers}) on delete restrict{options} not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {name:identifier};
"""
safety = "unsafe"
why = "deletes that went through are refused from then on, and the application must handle that"
*/
select c.foreign_key_id as entity, c.root_id as related, r.name as root, c.phrase, c.path, f.schema, f."table", f.name,
  f.columns, f.referenced_schema, f.referenced_name, f.referenced_columns, f.options
from record_cascades c
left join tables r on r.id = c.root_id -- left: any other order of the tables costs their square
left join replaceable_foreign_keys f on f.foreign_key_id = c.foreign_key_id
where c.class = 'audit' and not c.within_record

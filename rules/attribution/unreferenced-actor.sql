/*
title = "Actor without a foreign key"
severity = "note"
precision = "medium"
message = "{column} of {table} names a user and has no foreign key to {target}"
help = "Add a foreign key to {target}({target_column}) with ON DELETE RESTRICT, and anonymise users rather than deleting them."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {name:identifier} foreign key ({column:identifier}) references {target_schema:identifier}.{target:identifier} ({key:identifier}) on delete restrict not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {name:identifier};
"""
safety = "unsafe"
why = "users who made a row cannot be deleted from then on"
*/
select m.column_id as entity, m.target_table_id as related, m.schema, m."table", m."column", m.target_schema, m.target,
  m.target_column, case when m.same_type then m.target_column end as "key",
  substr(m."table", 1, 29) || '_' || substr(m."column", 1, 28) || '_fkey' as name
from missing_references m
where exists (
    select 1 from words w join meanings a on a.entity_id = w.entity_id
    where w.entity_id = m.column_id and w.word = 'by' and a.meaning in ('created-by', 'updated-by', 'deleted-by', 'actor')
  )
  and not exists (select 1 from table_classes k where k.table_id = m.table_id and k.class_ = 'append-only')

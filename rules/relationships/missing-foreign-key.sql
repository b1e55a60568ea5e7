/*
title = "Reference without a foreign key"
severity = "warning"
precision = "high"
message = "{column} of {table} is named like a reference to {target} and has no foreign key"
help = "Add a foreign key to {target}({target_column}); PostgreSQL then refuses rows that refer to nothing."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {name:identifier} foreign key ({column:identifier}) references {target_schema:identifier}.{target:identifier} ({key:identifier}) on delete restrict not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {name:identifier};
"""
safety = "unsafe"
why = "rows that refer to nothing are refused from then on, and so are deletes of rows that are referred to"
*/
select m.column_id as entity, m.target_table_id as related, m.schema, m."table", m."column", m.target_schema, m.target,
  m.target_column, case when m.same_type then m.target_column end as "key",
  substr(m."table", 1, 29) || '_' || substr(m."column", 1, 28) || '_fkey' as name
from missing_references m
where not exists (
    select 1 from words w join meanings a on a.entity_id = w.entity_id
    where w.entity_id = m.column_id and w.word = 'by' and a.meaning in ('created-by', 'updated-by', 'deleted-by', 'actor')
  )
  and not exists (
    select 1 from annotations a join services s on s.id = m.service_id
    where a.entity_id = m.column_id and a.name = 'references' and a.value not like s.name || '.%'
  )
  and not exists (
    select 1 from meanings h left join meanings u on u.entity_id = m.column_id and u.meaning = 'user-reference'
    where h.entity_id = m.table_id
      and (h.meaning = 'history' or h.meaning in ('audit', 'event') and u.entity_id is not null)
  )

/*
title = "Ciphertext without the version of its key"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "table {table} has encrypted columns and no column says which key encrypted a row: {columns:list}"
help = "Add a column such as encryption_key_version and fill it from now on, so that keys can be changed row by row."
*/
select t.id as entity, t.name as "table",
  (select json_group_array(e.name) from (
     select c.name from encrypted_columns c where c.table_id = t.id order by c.position) e) as columns
from own_tables t
where exists (select 1 from encrypted_columns c where c.table_id = t.id)
  and not exists (
    select 1 from columns c join meanings m on m.entity_id = c.id
    where c.table_id = t.id and m.meaning = 'key-version'
  )

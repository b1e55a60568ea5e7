-- Unique indexes on exactly the columns that a foreign key refers to: it needs one of them.
select distinct i.id as index_id
from foreign_keys k
join indexes i on i.table_id = k.referenced_table_id and i.unique_
where (select count(*) from index_columns p where p.index_id = i.id and not p.included)
    = (select count(*) from foreign_key_columns w where w.foreign_key_id = k.id)
  and not exists (
    select 1 from index_columns p
    where p.index_id = i.id and not p.included and not exists (
      select 1 from foreign_key_columns w where w.foreign_key_id = k.id and w.referenced_column_id = p.column_id
    )
  )

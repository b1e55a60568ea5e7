-- Logical keys with the family of their type (varchar is text, smallint is integer) and whether the column is a reference.
select
  k.*, exists (select 1 from logical_references r where r.column_id = k.column_id) as is_reference,
  case
    when k.type in ('smallint', 'integer', 'bigint') then 'integer'
    when k.type = 'text' or k.type like 'character%' or k.type like '%citext' then 'text'
    when k.type like 'numeric%' then 'numeric'
    else k.type
  end as family
from logical_keys k

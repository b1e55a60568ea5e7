-- Columns that hold ciphertext by annotation or name, leaving out hashes of it and what is said to be encrypted deterministically.
select c.*, p.protection
from own_columns c
join (
  select a.entity_id as column_id, '@encrypted' as protection from annotations a where a.name = 'encrypted'
  union
  select m.entity_id, 'its name' from meanings m
  where m.meaning = 'encrypted'
    and not exists (select 1 from annotations a where a.entity_id = m.entity_id and a.name = 'encrypted')
) p on p.column_id = c.id
where not exists (
    select 1 from meanings h where h.entity_id = c.id and h.meaning in ('hashed', 'keyed-hash', 'key-version', 'password')
  )
  and not exists (
    select 1 from annotations a
    where a.entity_id = c.id and (a.name = 'deterministic' or a.name = 'encrypted' and lower(a.value) like '%deterministic%')
  )

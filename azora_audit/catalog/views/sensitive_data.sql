-- Columns that hold sensitive data by name and type, with their class and what says that they are not in clear, if anything does.
select
  c.id as column_id, c.table_id, c.service_id, c.schema, c."table", c.name, c.type, c.base_type, c.type_written,
  s.class, m.meaning, m.phrase,
  coalesce(
    (
      select '@' || a.name from annotations a
      where a.entity_id = c.id and a.name in ('encrypted', 'hashed', 'masked', 'tokenized')
      order by a.name limit 1
    ),
    (
      select n.meaning from meanings n
      join meaning_groups g on g.meaning = n.meaning and g.group_ = 'protected-value'
      where n.entity_id = c.id
      order by n.meaning limit 1
    )
  ) as protection
from sensitive_classes s
join meanings m on m.meaning = s.meaning
join own_columns c on c.id = m.entity_id
where not (
  s.class in ('credential', 'government-id')
  and exists (select 1 from foreign_key_columns f where f.column_id = c.id)
)

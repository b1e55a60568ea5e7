-- Foreign keys from a part to its whole, told by their names: order_items to orders, path_steps to learning_paths.
with parts as (
  select value as word
  from json_each('["item", "line", "row", "detail", "step", "option", "choice", "part", "component", "element"]')
),
named as materialized (
  select t.id, max(w.position) as length, max(case when w.word not in (select word from parts) then w.position end) as head
  from own_tables t
  join words w on w.entity_id = t.id
  group by t.id
)
select k.id as foreign_key_id, k.table_id, k.referenced_table_id
from named part
join foreign_keys k on k.table_id = part.id
join named whole on whole.id = k.referenced_table_id and whole.id <> part.id
join words p on p.entity_id = part.id and p.position = part.head
join words w on w.entity_id = whole.id and w.position = whole.length
where part.head < part.length and p.word = w.word

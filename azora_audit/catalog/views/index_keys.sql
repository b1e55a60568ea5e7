-- Valid indexes of the tables that rules judge, with their key as one text: equal texts sort equally, a prefix is a prefix.
select
  i.id, t.service_id, i.table_id, t.schema, t.name as "table", i.name, i.method, i.unique_, i.constraint_id,
  i.predicate, i.nulls_not_distinct,
  (select count(*) from index_columns w where w.index_id = i.id and not w.included) as width,
  (
    select group_concat(element, '') from (
      select
        coalesce('c' || p.column_id, 'e' || p.expression) || char(9) || p.descending || p.nulls_first
        || char(9) || coalesce(p.operator_class, '') || char(9) || coalesce(p.collation, '') || char(10) as element
      from index_columns p
      where p.index_id = i.id and not p.included
      order by p.position
    )
  ) as "key",
  (
    select group_concat(element, ',') from (
      select p.column_id as element from index_columns p
      where p.index_id = i.id and p.included
      order by p.column_id
    )
  ) as included
from own_tables t
join indexes i on i.table_id = t.id
where i.valid

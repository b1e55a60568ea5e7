-- Valid indexes that begin with the same column or expression as another one of their table: the rest cannot repeat each other.
select id
from (
  select i.id, count(*) over (partition by i.table_id, p.column_id, p.expression) as alike
  from indexes i
  join index_columns p on p.index_id = i.id and p.position = 1
  where i.valid
)
where alike > 1

-- Columns that lead a valid index of the tables that rules judge, whatever follows and whatever its predicate.
select t.id as table_id, i.id as index_id, i.name as "index", i.method, i.predicate, i.unique_, p.column_id
from own_tables t
join indexes i on i.table_id = t.id
join index_columns p on p.index_id = i.id and p.position = 1 and not p.included
where i.valid and p.column_id is not null

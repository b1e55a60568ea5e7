-- Tables of the class append-only: rows are added and never changed.
select t.*, k.why
from own_tables t
join table_classes k on k.table_id = t.id
where k.class_ = 'append-only'

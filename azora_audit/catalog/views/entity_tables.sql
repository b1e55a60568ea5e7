-- Tables of the class entity: rows with a life of their own, that are made and changed.
select t.*, k.why
from own_tables t
join table_classes k on k.table_id = t.id
where k.class_ = 'entity'

-- Tables of the class join: they connect others and have no data of their own.
select t.*, k.why
from own_tables t
join table_classes k on k.table_id = t.id
where k.class_ = 'join'

-- Tables of the class lookup: short lists of values that others refer to.
select t.*, k.why
from own_tables t
join table_classes k on k.table_id = t.id
where k.class_ = 'lookup'

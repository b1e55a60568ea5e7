/*
title = "Unique key that follows from a shorter one"
severity = "note"
precision = "medium"
message = "unique key {name} of {table} refuses nothing that {shorter} does not refuse already"
help = "Drop {name}, or make it a plain index if queries search by its columns."
*/
select coalesce(u.constraint_id, u.index_id) as entity, coalesce(u.shorter_constraint_id, u.shorter_id) as related,
  u.name, u."table", min(u.shorter) as shorter
from unique_index_pairs u
where (u.shorter_predicate is null or u.shorter_predicate = u.predicate) and not u.nulls_not_distinct
  and u.constraint_id is not (select k.id from primary_keys k where k.table_id = u.table_id)
  and u.index_id not in (select r.index_id from referenced_indexes r)
group by u.index_id

-- Indexes that begin with a column of a foreign key and that PostgreSQL can use for it, with how many of its columns lead.
select
  k.id as foreign_key_id, i.id as index_id, i.name as "index",
  (select count(*) from foreign_key_columns w where w.foreign_key_id = k.id) as width,
  (
    select count(distinct p.column_id)
    from index_columns p
    join foreign_key_columns f on f.column_id = p.column_id and f.foreign_key_id = k.id
    where p.index_id = i.id and not p.included
      and p.position <= (select count(*) from foreign_key_columns w where w.foreign_key_id = k.id)
  ) as leading
from foreign_keys k
join indexes i on i.table_id = k.table_id
join index_columns first on first.index_id = i.id and first.position = 1 and not first.included
join foreign_key_columns f on f.foreign_key_id = k.id and f.column_id = first.column_id
join columns c on c.id = first.column_id
where i.valid
  and i.method in ('btree', 'hash', 'brin', 'gist', 'spgist')
  and (first.operator_class is null or first.operator_class not like '%trgm%')
  and (first.collation is null or first.collation is c.collation)
  and (i.predicate is null or i.predicate_only_not_null and not exists (
    select 1 from index_predicate_columns q
    where q.index_id = i.id and q.column_id not in (
      select w.column_id from foreign_key_columns w where w.foreign_key_id = k.id
    )
  ))

-- What the columns of primary keys are: uuid, text-uuid, text-other, integer or natural; those that a reference types are left out.
select
  k.*, c.length, x.generator, d.expression as "default", d.kind as default_kind,
  case
    when k.base_type = 'uuid' then 'uuid'
    when k.base_type in ('text', 'character varying', 'character', 'citext') then
      case
        when x.generator = 'uuid' or d.expression like '%uuid%' or c.length = 36 then 'text-uuid'
        when x.generator is not null or lower(k.name) = 'pk' or lower(k.name) like '%id' and not exists (
          select 1 from meanings m where m.entity_id = k.column_id and m.meaning = 'external-identifier'
        ) then 'text-other'
        else 'natural'
      end
    when k.base_type in ('smallint', 'integer', 'bigint', 'numeric') and (
      k.identity is not null or k.serial or d.kind = 'sequence' or lower(k.name) like '%id' or lower(k.name) = 'pk'
    ) then 'integer'
    else 'natural'
  end as state
from primary_key_columns k
join columns c on c.id = k.column_id
left join defaults d on d.column_id = k.column_id
left join client_defaults x on x.column_id = k.column_id and x.generator <> 'updated-at'
where not exists (select 1 from foreign_key_columns f where f.column_id = k.column_id)
  and not exists (select 1 from logical_references r where r.column_id = k.column_id)

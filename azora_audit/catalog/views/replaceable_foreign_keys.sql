-- Foreign keys that can be replaced by one with another action, with all that their definition says; partitioned tables refuse NOT VALID.
select
  k.id as foreign_key_id, k.schema, k."table", k.name, k.columns, k.referenced_schema, k.referenced_name,
  k.referenced_columns,
  case k.match when 'full' then ' match full' else '' end
  || case k.on_update when 'no action' then '' else ' on update ' || k.on_update end
  || case when k.initially_deferred then ' deferrable initially deferred' when k.deferrable_ then ' deferrable' else '' end
  as options
from foreign_key_shape k
join tables t on t.id = k.table_id
where not k.emulated and k.enforced and t.kind = 'ordinary'

/*
title = "Financial records without any audit table"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "the service keeps financial records ({tables:list}) and no table that tells who did what"
help = "Add an append-only audit table that is written in the same transaction, or name the service that keeps it."
*/
with financial as (
  select t.service_id, t.id, t.name, row_number() over (partition by t.service_id order by t.name) as place
  from own_tables t
  where exists (select 1 from meanings m where m.entity_id = t.id and m.meaning = 'financial')
)
select f.id as entity, (
    select json_group_array(name) from (select o.name from financial o where o.service_id = f.service_id order by o.place)
  ) as tables
from financial f
where f.place = 1
  and not exists (
    select 1 from own_tables t join meanings m on m.entity_id = t.id
    where t.service_id = f.service_id and m.meaning in ('audit', 'event', 'history')
  )

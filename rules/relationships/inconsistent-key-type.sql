/*
title = "One key with different types in different services"
severity = "warning"
precision = "medium"
scope = "fleet"
message = "{column} of {table} holds the key of {noun} as {type}, {other} as {other_type}"
help = "Agree on one type for the key of {noun} in all services, best uuid."
*/
with used as (
  select l.noun, l.service_id, l.family, l.is_reference, min(l.column_id) as column_id
  from logical_key_types l
  left join logical_references r on r.column_id = l.column_id
  where r.target_table_id is null
  group by l.noun, l.service_id, l.family, l.is_reference
), contested as (
  select noun from used group by noun having min(family) <> max(family)
), votes as (
  select u.*, sum(not is_reference) over (partition by u.noun, family) as owners,
    count(*) over (partition by u.noun, family) as uses, sum(not is_reference) over (partition by u.noun) as all_owners
  from used u join contested x on x.noun = u.noun
), wanted as (
  select v.*, first_value(family) over best as wanted_family, first_value(column_id) over best as wanted_id
  from votes v
  window best as (partition by noun order by owners desc, family = 'uuid' desc, uses desc, family, column_id)
)
select u.column_id as entity, u.wanted_id as related, c.name as "column", t.name as "table", u.noun, c.type,
  s.name as other, o.type as other_type
from wanted u
join columns c on c.id = u.column_id
join tables t on t.id = c.table_id
join columns o on o.id = u.wanted_id
join tables p on p.id = o.table_id
join services s on s.id = p.service_id
where u.family <> u.wanted_family
  and (u.all_owners = 1 or u.all_owners = 0 and u.noun in ('user', 'tenant', 'organization', 'organisation', 'customer',
    'merchant', 'company', 'school', 'institution', 'student', 'learner', 'member', 'patient', 'employee'))

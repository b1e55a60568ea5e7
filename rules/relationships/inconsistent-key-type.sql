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
), votes as (
  select noun, family, sum(not is_reference) as owners, count(distinct service_id) as services, min(column_id) as column_id
  from used
  group by noun, family
), wanted as (
  select v.*, row_number() over (
    partition by noun order by owners desc, family = 'uuid' desc, services desc, family) as place,
    sum(owners) over (partition by noun) as all_owners
  from votes v
)
select u.column_id as entity, w.column_id as related, c.name as "column", t.name as "table", u.noun, c.type,
  s.name as other, o.type as other_type
from wanted w
join used u on u.noun = w.noun and u.family <> w.family
join columns c on c.id = u.column_id
join tables t on t.id = c.table_id
join columns o on o.id = w.column_id
join tables p on p.id = o.table_id
join services s on s.id = p.service_id
where w.place = 1
  and (w.all_owners = 1 or w.all_owners = 0 and w.noun in ('user', 'tenant', 'organization', 'organisation', 'customer',
    'merchant', 'company', 'school', 'institution', 'student', 'learner', 'member', 'patient', 'employee'))

-- How far ascending sequences that do not begin anew have counted, and where they end: at their own end or that of their column's type.
select
  s.id as sequence_id, s.service_id, s.schema, s.name, u.last_value, c.id as column_id, c.name as "column", t.name as "table",
  min(s.maximum, case c.base_type when 'smallint' then 32767 when 'integer' then 2147483647 else s.maximum end) as "last"
from sequences s
join sequence_uses u on u.sequence_id = s.id
left join columns c on c.id = s.owned_by_column_id
left join tables t on t.id = c.table_id
where s.increment > 0 and not s.cycle and u.last_value is not null

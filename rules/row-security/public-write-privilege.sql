/*
title = "Everybody may write a table"
severity = "warning"
precision = "high"
message = "PUBLIC may {privileges:list} rows of {table}: every role of the server, of today and of tomorrow"
help = "Revoke it and grant what is needed to the application's role."

[fix]
sql = "revoke {privileges:list} on {schema:identifier}.{table:identifier} from public;"
safety = "unsafe"
why = "roles that wrote by this privilege alone no longer can"
*/
select t.id as entity, t.schema, t.name as "table", json_group_array(distinct g.privilege) as privileges
from (select * from grants order by privilege) g
join own_tables t on t.id = g.object_id
where g.grantee = 'public'
  and g.privilege in ('insert', 'update', 'delete', 'truncate')
group by t.id

/*
title = "Definer function without a search path"
severity = "warning"
precision = "very-high"
message = "{kind} {name}({arguments}) runs with its owner's rights and the caller's search_path"
help = "Set the search path it needs, with pg_temp last: SET search_path = {schema}, pg_temp."

[fix]
sql = "alter routine {schema:identifier}.{name:identifier}({arguments}) set search_path = {schema:identifier}, pg_temp;"
safety = "unsafe"
why = "names of other schemas that the body uses without their schema are no longer found"
*/
select f.id as entity, f.schema, f.name, f.arguments, f.kind
from functions f
where f.security_definer
  and f.search_path is null
  and not (f.language = 'sql' and (f.body like 'begin atomic%' or f.body like 'return %'))

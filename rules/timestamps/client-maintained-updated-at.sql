/*
title = "Time of the last change that only the client keeps"
severity = "note"
precision = "high"
profiles = ["strict"]
judged_without = ["client_defaults"]
message = "only Prisma's client keeps {column} of {table}: an UPDATE in SQL leaves it as it was"
help = "Keep {column} by a trigger as well."

[fix]
sql = """
create function {schema:identifier}.{function:identifier}() returns trigger language plpgsql as $$ begin new.{column:identifier} := now(); return new; end $$;
create trigger {function:identifier} before update on {schema:identifier}.{table:identifier} for each row execute function {schema:identifier}.{function:identifier}();
"""
safety = "safe"
why = "the client writes the current time as well; the database's clock wins"
*/
select s.id as entity, s.schema, s."table", s.name as "column", substr(s."table", 1, 44) || '_set_updated_at' as function
from timestamps s
join client_defaults x on x.column_id = s.id
where not exists (select 1 from maintained_updated_at k where k.column_id = s.id)

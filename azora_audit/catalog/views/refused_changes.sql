-- Changes that a trigger of the table refuses whatever the row: update, delete or truncate.
select r.table_id, f.operation, r.id as trigger_id, r.name as "trigger"
from triggers r
join trigger_refusals f on f.trigger_id = r.id
where r.enabled and f.operation <> 'insert'

-- Columns for when a row last changed that a trigger of the database keeps up to date on every update.
select s.column_id, r.table_id, r.id as trigger_id, r.name as "trigger"
from meanings m
join trigger_assignments s on s.column_id = m.entity_id
join triggers r on r.id = s.trigger_id
where m.meaning = 'updated-at' and r.on_update and r.enabled and r.update_columns is null

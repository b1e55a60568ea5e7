-- Constraints of which a trigger is disabled, or runs in a replica only.
SELECT DISTINCT tgconstraint, tgrelid
FROM pg_trigger
WHERE tgconstraint <> 0 AND tgenabled IN ('D', 'R')
ORDER BY tgconstraint, tgrelid

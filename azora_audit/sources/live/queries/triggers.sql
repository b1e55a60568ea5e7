-- Triggers that users made, constraint triggers too, and their clones on partitions.
SELECT t.oid,
       t.tgrelid,
       t.tgname,
       t.tgtype,
       t.tgenabled::text,
       t.tgattr::int2[],
       t.tgargs,
       t.tgfoid,
       p.proname,
       CASE WHEN t.tgqual IS NOT NULL THEN coalesce(pg_get_triggerdef(t.oid), '') END
FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid
LEFT JOIN pg_constraint con ON con.oid = t.tgconstraint
WHERE coalesce(con.contype, 't') = 't'
  AND $users_trigger
ORDER BY t.tgrelid, t.tgname

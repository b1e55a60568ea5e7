-- Triggers that users made, and their clones on partitions.
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
WHERE t.tgconstraint = 0
  AND $users_trigger
ORDER BY t.tgrelid, t.tgname

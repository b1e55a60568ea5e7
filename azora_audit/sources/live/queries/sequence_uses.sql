-- How far sequences have counted. Before PostgreSQL 18 the only way to ask locks a sequence as nextval does, so this comes last.
SELECT c.oid, $last_value
FROM pg_class c
WHERE c.relkind = 'S'
  AND c.relpersistence <> 't'
  AND c.oid >= 16384
ORDER BY c.oid

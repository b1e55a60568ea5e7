-- Functions, procedures and aggregates of users, with the types of their input arguments.
SELECT p.oid,
       n.nspname,
       p.proname,
       (SELECT coalesce(string_agg(format_type(t.type, NULL), ', ' ORDER BY t.position), '')
        FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t (type, position)),
       pg_get_function_result(p.oid),
       l.lanname,
       p.prokind::text,
       p.prosecdef,
       p.provolatile::text,
       p.proconfig,
       coalesce($body, p.prosrc)
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i') -- 'i': a range type's
  )
ORDER BY n.nspname, p.proname, 4

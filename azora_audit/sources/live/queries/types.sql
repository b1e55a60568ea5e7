-- Enums and domains, extensions' too (their columns need them; `owned` keeps them from being facts).
SELECT t.oid,
       n.nspname,
       t.typname,
       t.typtype::text,
       format_type(t.typbasetype, t.typtypmod),
       coalesce(e.oid, b.oid),
       format_type(coalesce(e.oid, b.oid), NULL),
       coalesce(e.typtype, b.typtype)::text,
       e.oid IS NOT NULL,
       t.typtypmod,
       t.typnotnull,
       coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
       EXISTS (
           SELECT FROM pg_depend d
           WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
       ) OR n.nspname ~ '^pg_' OR n.nspname = 'information_schema' AS owned
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_type e ON e.oid = b.typelem AND e.typarray = b.oid
WHERE t.typtype IN ('e', 'd')
ORDER BY n.nspname, t.typname

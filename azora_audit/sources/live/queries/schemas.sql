-- Schemas of users, and whether everybody may create in them.
SELECT n.oid,
       n.nspname,
       r.rolname,
       EXISTS (
           SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) p
           WHERE p.grantee = 0 AND p.privilege_type = 'CREATE'
       )
FROM pg_namespace n
LEFT JOIN pg_roles r ON r.oid = n.nspowner
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname

-- Privileges beyond those that the owner and, by default, PUBLIC have.
WITH object (class, oid, columns, owner, acl, usual) AS (
    SELECT 'pg_class'::regclass, oid, NULL::name, relowner, relacl,
           acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
    FROM pg_class
    WHERE relacl IS NOT NULL AND oid >= 16384
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attname, c.relowner, a.attacl, acldefault('c', c.relowner)
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND a.attrelid >= 16384 AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, NULL, proowner, proacl, acldefault('f', proowner)
    FROM pg_proc
    WHERE proacl IS NOT NULL AND oid >= 16384
    UNION ALL
    SELECT 'pg_type'::regclass, oid, NULL, typowner, typacl, acldefault('T', typowner)
    FROM pg_type
    WHERE typacl IS NOT NULL AND oid >= 16384
)
SELECT o.class::text,
       o.oid,
       coalesce(r.rolname, 'public'),
       lower(p.privilege_type),
       p.is_grantable,
       array_agg(o.columns ORDER BY o.columns) FILTER (WHERE o.columns IS NOT NULL)
FROM object o
CROSS JOIN LATERAL aclexplode(o.acl) p
LEFT JOIN pg_roles r ON r.oid = p.grantee
WHERE p.grantee <> o.owner
  AND NOT EXISTS (
      SELECT FROM aclexplode(o.usual) u
      WHERE u.grantee = p.grantee AND u.privilege_type = p.privilege_type AND u.is_grantable = p.is_grantable
  )
GROUP BY o.class, o.oid, r.rolname, p.privilege_type, p.is_grantable, o.columns IS NULL
ORDER BY o.class, o.oid, r.rolname, p.privilege_type

-- Row level security policies; role 0 is PUBLIC.
SELECT p.oid,
       p.polrelid,
       p.polname,
       p.polcmd::text,
       p.polpermissive,
       (SELECT array_agg(coalesce(r.rolname, 'public') ORDER BY k.position)
        FROM unnest(p.polroles) WITH ORDINALITY k (role, position)
        LEFT JOIN pg_roles r ON r.oid = k.role),
       CASE WHEN p.polqual IS NOT NULL THEN coalesce(pg_get_expr(p.polqual, p.polrelid), '') END,
       CASE WHEN p.polwithcheck IS NOT NULL THEN coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') END
FROM pg_policy p
ORDER BY p.polrelid, p.polname

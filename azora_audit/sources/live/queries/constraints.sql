-- Constraints of tables and domains. Left out: NOT NULL (a field of the column), constraint triggers, and the foreign
-- keys that PostgreSQL derives on the same table for each partition of a referenced table.
SELECT c.oid,
       c.conname,
       c.contype::text,
       c.conrelid,
       c.contypid,
       c.conindid,
       c.conkey,
       c.condeferrable,
       c.condeferred,
       c.convalidated,
       c.connoinherit,
       $enforced,
       c.confrelid,
       n.nspname,
       f.relname,
       c.confkey,
       c.confdeltype::text,
       c.confupdtype::text,
       c.confmatchtype::text,
       $delete_columns,
       CASE
           WHEN c.contype = 'c' THEN coalesce(pg_get_expr(c.conbin, c.conrelid), '')
           WHEN c.contype = 'x' THEN coalesce(pg_get_constraintdef(c.oid), '')
       END
FROM pg_constraint c
LEFT JOIN pg_class f ON f.oid = c.confrelid
LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
LEFT JOIN pg_constraint p ON p.oid = c.conparentid
WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
  AND c.oid >= 16384
  AND (p.oid IS NULL OR p.conrelid <> c.conrelid AND p.confrelid = c.confrelid)
ORDER BY c.conrelid, c.conname, c.oid

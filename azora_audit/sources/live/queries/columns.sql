-- Columns of tables, with the element type of arrays and the tree of the default, which tells its kind.
SELECT a.attrelid,
       a.attnum,
       a.attname,
       format_type(a.atttypid, a.atttypmod),
       coalesce(e.oid, t.oid),
       format_type(coalesce(e.oid, t.oid), NULL),
       coalesce(e.typtype, t.typtype)::text,
       e.oid IS NOT NULL,
       a.atttypmod,
       a.attnotnull,
       a.attidentity::text,
       a.attgenerated::text,
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       CASE WHEN d.oid IS NOT NULL THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') END,
       left(d.adbin::text, 2000)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid >= 16384 -- FirstNormalObjectId: everything below is the system's
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum

-- Indexes; the tree of the predicate tells which columns it reads.
SELECT i.indexrelid,
       i.indrelid,
       c.relname,
       m.amname,
       i.indisunique,
       $nulls_not_distinct,
       i.indisvalid,
       CASE WHEN i.indpred IS NOT NULL THEN coalesce(pg_get_expr(i.indpred, i.indrelid), '') END,
       i.indpred::text
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indexrelid >= 16384
ORDER BY i.indrelid, c.relname

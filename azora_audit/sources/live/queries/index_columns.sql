-- Columns of indexes, key columns first; options are null for INCLUDE columns.
SELECT i.indexrelid,
       k.position,
       k.attnum,
       CASE WHEN k.attnum = 0 THEN coalesce(pg_get_indexdef(i.indexrelid, k.position::int, false), '') END,
       k.position > i.indnkeyatts,
       coalesce(k.flags & 1 <> 0, false),
       coalesce(k.flags & 2 <> 0, false),
       CASE WHEN NOT o.opcdefault THEN o.opcname END,
       CASE
           WHEN k.attnum = 0 AND k.rules NOT IN (0, 100) THEN l.collname -- 100 is "default"
           WHEN k.attnum > 0 AND k.rules <> a.attcollation THEN l.collname
       END
FROM pg_index i
CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indoption::int2[], i.indclass::oid[], i.indcollation::oid[])
    WITH ORDINALITY k (attnum, flags, operators, rules, position)
LEFT JOIN pg_opclass o ON o.oid = k.operators
LEFT JOIN pg_collation l ON l.oid = k.rules
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indexrelid >= 16384
ORDER BY i.indexrelid, k.position

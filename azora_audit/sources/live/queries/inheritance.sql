-- Who inherits from whom, partitions among them.
SELECT i.inhrelid, i.inhparent, i.inhseqno
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p', 'f')
ORDER BY i.inhrelid, i.inhseqno

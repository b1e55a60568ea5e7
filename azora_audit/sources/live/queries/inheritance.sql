-- Who inherits from whom, partitions among them; the server's numbers have gaps where a parent was left.
SELECT i.inhrelid, i.inhparent, row_number() OVER (PARTITION BY i.inhrelid ORDER BY i.inhseqno)
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p', 'f')
ORDER BY i.inhrelid, i.inhseqno

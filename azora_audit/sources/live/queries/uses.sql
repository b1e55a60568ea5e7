-- Sizes and use of tables and indexes: what the catalog and the counters hold, so that nothing is locked or looked at.
SELECT c.oid,
       CASE WHEN c.reltuples > 0 OR c.reltuples = 0 AND c.relpages > 0 THEN c.reltuples::bigint END,
       c.relpages::bigint * current_setting('block_size')::bigint,
       pg_stat_get_numscans(c.oid),
       CASE
           WHEN c.relkind = 'r' THEN
               (SELECT coalesce(sum(pg_stat_get_numscans(i.indexrelid)), 0)::bigint FROM pg_index i WHERE i.indrelid = c.oid)
       END,
       CASE
           WHEN c.relkind = 'r' THEN
               pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid)
       END
FROM pg_class c
WHERE c.relkind IN ('r', 'i')
  AND c.relpersistence <> 't'
  AND c.oid >= 16384
ORDER BY c.oid

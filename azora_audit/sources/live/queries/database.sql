-- The database and its server. Counts of use are those since the last reset, and none survives an unclean stop.
SELECT d.oid,
       d.datname,
       current_setting('server_version_num')::int,
       pg_is_in_recovery(),
       (SELECT count(*) FROM pg_stat_get_wal_senders() s WHERE s.pid IS NOT NULL),
       floor(extract(epoch FROM now() - greatest(pg_stat_get_db_stat_reset_time(d.oid), pg_postmaster_start_time())) / 86400)::int,
       $collation_versions
FROM pg_database d
WHERE d.datname = current_database()

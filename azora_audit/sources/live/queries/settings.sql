-- Settings that a checklist asks for, as sessions begin with them; those that the role may not see are left out.
SELECT name, reset_val
FROM pg_settings
WHERE name IN (
    'data_checksums', 'fsync', 'full_page_writes', 'listen_addresses', 'log_connections', 'log_disconnections',
    'log_statement', 'password_encryption', 'row_security', 'ssl', 'ssl_min_protocol_version', 'synchronous_commit'
)
ORDER BY name

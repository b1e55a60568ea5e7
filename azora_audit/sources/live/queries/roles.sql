-- Roles of the server, without PostgreSQL's own; nothing of their passwords.
SELECT oid, rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb, rolreplication
FROM pg_roles
WHERE rolname !~ '^pg_'
ORDER BY rolname

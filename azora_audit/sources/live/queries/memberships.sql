-- Who is a member of what; since PostgreSQL 16 a membership may be granted by several.
SELECT roleid, member, bool_or(admin_option)
FROM pg_auth_members
GROUP BY roleid, member
ORDER BY roleid, member

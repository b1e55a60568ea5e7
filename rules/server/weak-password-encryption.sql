/*
title = "Passwords are kept as MD5"
severity = "warning"
precision = "very-high"
message = "the server keeps new passwords of roles as MD5 hashes (password_encryption = {value})"
help = "Set password_encryption = 'scram-sha-256', have every role set its password again, and ask for scram-sha-256 in pg_hba.conf."
*/
select s.id as entity, s.value
from settings s
where s.name = 'password_encryption' and s.value <> 'scram-sha-256'

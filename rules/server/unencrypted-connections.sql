/*
title = "Server without TLS"
severity = "warning"
precision = "high"
message = "the server accepts connections from other machines ({addresses}) and has ssl = off: passwords' proofs and rows cross the network in clear"
help = "Give the server a certificate and set ssl = on; let pg_hba.conf accept hostssl only."
*/
select s.id as entity, l.value as addresses
from settings s
join settings l on l.database_id = s.database_id
where s.name = 'ssl'
  and s.value = 'off'
  and l.name = 'listen_addresses'
  and trim(replace(replace(replace(replace(replace(l.value, 'localhost', ''), '127.0.0.1', ''), '::1', ''), ',', ''), ' ', '')) <> ''

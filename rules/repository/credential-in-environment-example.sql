/*
title = "Credential in an example environment"
severity = "error"
precision = "high"
message = "{variable} has a value that does not look like a placeholder"
help = "Put a placeholder in its place, and change the credential wherever it is used: it stays in the history."
*/
select v.id as entity, v.name as variable
from environment_variables v
where not v.placeholder
  and (v.has_password or v.secret_name)

/*
title = "Allowance of a rule that does not exist"
severity = "warning"
precision = "very-high"
message = "{rule} is allowed here, and there is no such rule"
help = "Correct the name (`azora-audit rules` lists them), or remove the allowance."
*/
select a.id as entity, a.rule, a.reason
from allowance_states a
where a.state = 'unknown-rule'

/*
title = "Allowance that allows nothing"
severity = "warning"
precision = "very-high"
message = "{rule} is allowed here and finds nothing"
help = "Remove the allowance."
*/
select a.id as entity, a.rule, a.reason
from allowance_states a
where a.state = 'unused'

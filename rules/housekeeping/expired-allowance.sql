/*
title = "Allowance whose time is up"
severity = "warning"
precision = "very-high"
message = "{rule} was allowed here until {until} and no longer is"
help = "Mend the fault, or decide anew and give the allowance another date."
*/
select a.id as entity, a.rule, a.until, a.reason
from allowance_states a
where a.state = 'expired'

/*
title = "Expected service that is not there"
severity = "error"
precision = "very-high"
scope = "fleet"
message = "service {service} is expected and has no schema"
help = "Add its schema, or take it off the list of expected services."
*/
select x.id as entity, x.name as service
from expected_services x
where not x.found

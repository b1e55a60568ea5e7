/*
title = "Accepted finding that is no more"
severity = "note"
precision = "very-high"
message = "the baseline accepts {rule} of the {kind} {accepted}, and there is no such finding"
help = "Run `azora-audit baseline --prune`, which drops such entries."
*/
select u.id as entity, u.rule, u.kind, u.entity as accepted, u.findings
from unmatched_entries u

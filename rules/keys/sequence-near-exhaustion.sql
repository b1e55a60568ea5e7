/*
title = "Sequence that is nearly used up"
severity = "error"
precision = "very-high"
message = "sequence {name} has given out {given} of {last} numbers ({used} %){whose}"
help = "Make the column and every column that refers to it bigint, before the numbers are gone: from then on every insert fails."

[parameters.percent]
default = 75
description = "Part of the numbers from which the rule speaks."
schema = {type = "integer", minimum = 1, maximum = 100}
*/
select r.sequence_id as entity, r.name, printf('%,d', r.last_value) as given, printf('%,d', r."last") as "last",
  r.last_value * 100 / r."last" as used, coalesce(' for ' || r."column" || ' of ' || r."table", '') as whose
from sequence_room r
where r.last_value * 100.0 / r."last" >= :percent

/*
title = "Index on many columns"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "index {name} of {table} has {width} key columns, more than {most}"
help = "Keep the columns that queries search by; put those that are only read behind INCLUDE."

[parameters.most]
default = 4
description = "Key columns that an index may have."
schema = {type = "integer", minimum = 1}
*/
select k.id as entity, k.name, k."table", k.width, :most as most
from index_keys k
where k.width > :most and k.method = 'btree' and not k.unique_

/*
title = "Index that no query uses"
severity = "note"
precision = "medium"
message = "index {name} of {table} ({megabytes} MB) was not scanned once in the {days} days that the server has counted"
help = "Make sure that it is older than that and that no standby uses it ({standbys} connected), then drop it."

[parameters.days]
default = 30
description = "Days that the server must have counted for: shorter than a month misses what runs monthly."
schema = {type = "integer", minimum = 0}

[parameters.bytes]
default = 10000000
description = "Size from which an index is worth a word."
schema = {type = "integer", minimum = 0}

[parameters.reads]
default = 1000
description = "Reads of the table without which nobody knows what its queries are."
schema = {type = "integer", minimum = 1}
*/
select i.id as entity, i.name, t.name as "table", d.counted_days as days, u.bytes / 1000000 as megabytes, d.standbys
from own_tables t
join indexes i on i.table_id = t.id
join leading_columns c on c.index_id = i.id
join index_uses u on u.index_id = i.id
join table_uses x on x.table_id = t.id
join databases d on d.service_id = t.service_id
where u.scans = 0
  and u.bytes >= :bytes
  and x.sequential_scans + x.index_scans >= :reads
  and d.counted_days >= :days
  and not d.standby
  and not i.unique_
  and i.constraint_id is null
  and not exists (select 1 from foreign_key_columns f where f.column_id = c.column_id)

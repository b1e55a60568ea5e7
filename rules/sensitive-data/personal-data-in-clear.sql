/*
title = "Personal data in clear"
severity = "note"
precision = "medium"
profiles = ["strict"]
message = "column {column} of {table} holds personal data in clear: {kind}"
help = "Encrypt it, or keep it in the one service that needs it and refer to that."
*/
select d.column_id as entity, d."table", d.name as "column", d.class, replace(min(d.meaning), '-', ' ') as kind, d.phrase
from sensitive_columns d
where d.class in ('contact', 'education')
group by d.column_id

/*
title = "Unique column that can be null"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "{column} of {table} is unique, but any number of rows may have none"
help = "Make {column} NOT NULL if every row has one; otherwise this is what SQL means by unique."
*/
select n.column_id as entity, n."table", n."column"
from nullable_key_columns n
where n.width = 1

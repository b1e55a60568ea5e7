/*
title = "Amount that may be negative"
severity = "note"
precision = "low"
profiles = ["strict"]
message = "no CHECK constraint says whether {column} of {table} may be negative"
help = "Add check ({column} >= 0), or > 0; an amount that has both signs deserves a check that says so."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {constraint:identifier} check ({column:identifier} >= 0) not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {constraint:identifier};
"""
safety = "unsafe"
why = "writes of negative amounts are refused from then on; validating reads the table while reads and writes go on"
*/
select c.id as entity, c.schema, c."table", c.name as "column", c."table" || '_' || c.name || '_check' as "constraint"
from money_columns c
where c.meaning <> 'money-integer'
  and c.type_kind = 'base' and c.generated is null
  and c.phrase not like '%balance%' and c.phrase not in ('profit$', 'profit', 'net income', 'net worth', 'cash flow')
  and c.id not in (select p.column_id from check_columns p)

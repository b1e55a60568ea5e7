/*
title = "Nullable tenant column"
severity = "warning"
precision = "medium"
message = "tenant column {column} of {table} is nullable: a row without it belongs to nobody, and every policy hides it"
help = "Fill it and make it NOT NULL; keep rows that all tenants share in a table of their own."

[fix]
sql = """
alter table {schema:identifier}.{table:identifier} add constraint {check:identifier} check ({column:identifier} is not null) not valid;
alter table {schema:identifier}.{table:identifier} validate constraint {check:identifier};
alter table {schema:identifier}.{table:identifier} alter column {column:identifier} set not null;
alter table {schema:identifier}.{table:identifier} drop constraint {check:identifier};
"""
safety = "unsafe"
why = "it fails where rows have no tenant, and so does every insert without one from then on"
*/
select c.id as entity, c.schema, c."table", c.name as "column", substr(c."table", 1, 40) || '_tenant_not_null' as "check"
from tenant_columns c
where c.nullable

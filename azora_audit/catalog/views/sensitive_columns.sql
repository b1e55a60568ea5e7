-- Columns that hold sensitive data and nothing says that they are encrypted, hashed, masked or tokenized.
select d.*
from sensitive_data d
where d.protection is null

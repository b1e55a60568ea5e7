-- The one class of each sensitive meaning, by which controls name it.
select g.meaning, g.group_ as class
from meaning_groups g
where g.group_ in (
  'credential', 'cardholder-data', 'sensitive-authentication-data', 'financial-account', 'government-id', 'contact',
  'health', 'biometric', 'special-category', 'child', 'education'
)

-- Comments; an extension's own comes from its control file and is no fact.
SELECT classoid::regclass::text, objoid, objsubid, description
FROM pg_description
WHERE objoid >= 16384 AND classoid <> 'pg_extension'::regclass
ORDER BY classoid, objoid, objsubid

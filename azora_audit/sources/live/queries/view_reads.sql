-- Tables that the rules of a view mention.
SELECT DISTINCT w.ev_class, d.refobjid
FROM pg_rewrite w
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
WHERE w.ev_class >= 16384 AND d.refobjid <> w.ev_class
ORDER BY w.ev_class, d.refobjid

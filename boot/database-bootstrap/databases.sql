-- Databases: made, given to their owner, closed to the public; never dropped. CREATE DATABASE cannot run in a transaction
-- or a function, so each statement stands by itself and is made by a query that finds what is missing.

DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT wanted_database.*, pg_encoding_to_char(found.encoding) AS has_encoding, found.datcollate AS has_locale, found.datconnlimit
    FROM pg_temp.wanted_database JOIN pg_database AS found ON found.datname = wanted_database.name
  LOOP
    IF wanted.name IN ('template0', 'template1', 'rdsadmin') THEN
      RAISE EXCEPTION 'database %: it is the server''s own', wanted.name;
    END IF;
    IF wanted.datconnlimit = -2 THEN
      RAISE EXCEPTION 'database %: somebody''s DROP DATABASE broke off and left it without use. Drop it, and run this again', wanted.name;
    END IF;
    IF wanted.encoding <> wanted.has_encoding OR wanted.locale <> wanted.has_locale THEN
      RAISE EXCEPTION 'database %: it is there already with encoding % and locale %. Both are fixed at creation: put them into the settings, or choose another name',
        wanted.name, wanted.has_encoding, wanted.has_locale;
    END IF;
  END LOOP;
END
$$;

SELECT format('database %s: making it, for %s', name, owner)
FROM pg_temp.wanted_database WHERE name NOT IN (SELECT datname FROM pg_database) ORDER BY name;
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L', name, owner, encoding)
  || CASE WHEN locale IS NULL THEN '' ELSE format(' LC_COLLATE %L LC_CTYPE %L', locale, locale) END
FROM pg_temp.wanted_database
WHERE name NOT IN (SELECT datname FROM pg_database)
ORDER BY name
\gexec

-- Only its owner gives a database away: the master user becomes a member of who has it now.
SELECT DISTINCT format('GRANT %I TO CURRENT_USER', owner.rolname)
FROM pg_temp.wanted_database AS wanted
  JOIN pg_database AS found ON found.datname = wanted.name
  JOIN pg_roles AS owner ON owner.oid = found.datdba
WHERE owner.rolname <> wanted.owner AND NOT pg_has_role(owner.oid, 'USAGE')
\gexec

SELECT format('database %s: from %s to %s', wanted.name, pg_get_userbyid(datdba), wanted.owner)
FROM pg_temp.wanted_database AS wanted JOIN pg_database ON datname = wanted.name
WHERE pg_get_userbyid(datdba) <> wanted.owner ORDER BY wanted.name;
SELECT format('ALTER DATABASE %I OWNER TO %I', wanted.name, wanted.owner)
FROM pg_temp.wanted_database AS wanted
  JOIN pg_database AS found ON found.datname = wanted.name
  JOIN pg_roles AS owner ON owner.oid = found.datdba
WHERE owner.rolname <> wanted.owner
ORDER BY wanted.name
\gexec

-- PostgreSQL lets every role connect to every database, and make temporary tables in it, unless told otherwise.
SELECT format('database %s: closed to the public', wanted.name)
FROM pg_temp.wanted_database AS wanted JOIN pg_database AS found ON found.datname = wanted.name
WHERE EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) ORDER BY wanted.name;
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', wanted.name)
FROM pg_temp.wanted_database AS wanted JOIN pg_database AS found ON found.datname = wanted.name
WHERE EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0)
ORDER BY wanted.name
\gexec

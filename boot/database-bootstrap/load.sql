-- Loads what is wanted into temporary tables. Values come as COPY's data: no text of the settings is ever part of a
-- statement before format() has quoted it.
\set VERBOSITY terse
\set SHOW_CONTEXT never
-- An object that somebody put into a schema of theirs must never be taken for one of PostgreSQL's own.
SET search_path = pg_catalog, pg_temp;
-- Without "already exists, skipping" and the like. What these scripts report is INFO, which is always shown.
SET client_min_messages = warning;
SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout') \g /dev/null

CREATE TEMPORARY TABLE settings_line (line text);
-- One line, one value: neither character can stand in a JSON document.
\copy pg_temp.settings_line FROM PROGRAM 'cat "$BOOTSTRAP_SETTINGS"' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')

CREATE TEMPORARY TABLE wanted AS SELECT line::jsonb AS settings FROM pg_temp.settings_line;

CREATE TEMPORARY TABLE wanted_role AS
SELECT role ->> 'name' AS name,
  (role ->> 'login')::boolean AS login,
  (role ->> 'connectionLimit')::integer AS connection_limit,
  ARRAY(SELECT jsonb_array_elements_text(role -> 'memberOf')) AS member_of,
  -- Whose role it takes when it logs in; NULL for its own.
  role ->> 'actsAs' AS acts_as
FROM pg_temp.wanted, jsonb_array_elements(settings -> 'roles') AS role;

CREATE TEMPORARY TABLE wanted_database AS
SELECT database ->> 'name' AS name,
  database ->> 'owner' AS owner,
  database ->> 'encoding' AS encoding,
  database ->> 'locale' AS locale,
  ARRAY(SELECT jsonb_array_elements_text(database -> 'extensions')) AS extensions,
  ARRAY(SELECT jsonb_array_elements_text(database -> 'schemas')) AS schemas
FROM pg_temp.wanted, jsonb_array_elements(settings -> 'databases') AS database;

-- What is wanted in words, and what it needs besides: a privilege on a table is worth nothing without its schema, nor a
-- schema without its database. `schema` is empty for databases.
CREATE TEMPORARY TABLE wanted_grant AS
WITH said AS (
  SELECT said ->> 'role' AS role,
    said ->> 'database' AS database,
    said ->> 'on' AS kind,
    CASE WHEN said ->> 'on' = 'database' THEN '' ELSE said ->> 'schema' END AS schema,
    privilege
  FROM pg_temp.wanted,
    jsonb_array_elements(settings -> 'grants') AS said,
    jsonb_array_elements_text(said -> 'privileges') AS privilege
)
SELECT role, database, kind, schema, privilege FROM said
UNION
SELECT role, database, 'schema', schema, 'USAGE' FROM said WHERE kind IN ('tables', 'sequences')
UNION
SELECT role, database, 'database', '', 'CONNECT' FROM said;

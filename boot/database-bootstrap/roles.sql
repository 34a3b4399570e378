-- Roles: made, altered where they differ, never dropped. In one transaction.

CREATE TEMPORARY TABLE verifier_line (line text);
-- As COPY's data the verifiers are in no statement, and so in no statement log.
\copy pg_temp.verifier_line FROM PROGRAM 'cat "$BOOTSTRAP_VERIFIERS"' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')

DO $$
DECLARE
  -- Predefined roles whose members the settings decide; of others they say nothing.
  predefined constant text[] := ARRAY['pg_monitor', 'pg_signal_backend', 'pg_read_all_data', 'pg_write_all_data', 'rds_iam'];
  wanted record;
  existing record;
  parent text;
  verifier text;
BEGIN
  FOR wanted IN SELECT * FROM pg_temp.wanted_role ORDER BY name LOOP
    IF wanted.name = current_user OR wanted.name ~ '^(pg_|rds_)' OR wanted.name IN ('rdsadmin', 'rdsrepladmin', 'rdsproxyadmin') THEN
      RAISE EXCEPTION 'role %: it is the server''s or this session''s own, and not for settings to change', wanted.name;
    END IF;
    SELECT * INTO existing FROM pg_roles WHERE rolname = wanted.name;
    IF NOT FOUND THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted.name);
      RAISE INFO 'role %: made', wanted.name;
      SELECT * INTO existing FROM pg_roles WHERE rolname = wanted.name;
    END IF;
    IF existing.rolsuper OR existing.rolreplication OR existing.rolbypassrls THEN
      RAISE EXCEPTION 'role %: it is there already with SUPERUSER, REPLICATION or BYPASSRLS. Take that from it, or choose another name',
        wanted.name;
    END IF;
    IF existing.rolcreatedb OR existing.rolcreaterole OR NOT existing.rolinherit THEN
      EXECUTE format('ALTER ROLE %I NOCREATEDB NOCREATEROLE INHERIT', wanted.name);
      RAISE INFO 'role %: CREATEDB, CREATEROLE and NOINHERIT taken away', wanted.name;
    END IF;
    IF existing.rolcanlogin <> wanted.login THEN
      EXECUTE format('ALTER ROLE %I %s', wanted.name, CASE WHEN wanted.login THEN 'LOGIN' ELSE 'NOLOGIN' END);
      RAISE INFO 'role %: % log in', wanted.name, CASE WHEN wanted.login THEN 'may' ELSE 'may not' END;
    END IF;
    IF existing.rolconnlimit <> wanted.connection_limit THEN
      EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', wanted.name, wanted.connection_limit);
      RAISE INFO 'role %: connection limit %', wanted.name, wanted.connection_limit;
    END IF;

    IF wanted.login THEN
      SELECT line::jsonb ->> wanted.name INTO verifier FROM pg_temp.verifier_line;
      IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'role %: there is no verifier for its password in the secret', wanted.name;
      END IF;
      BEGIN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', wanted.name, verifier);
      EXCEPTION WHEN OTHERS THEN
        -- A new error, because the server would log the first one together with its statement.
        RAISE EXCEPTION 'role %: its password could not be set: %', wanted.name, SQLERRM USING ERRCODE = SQLSTATE;
      END;
    END IF;
  END LOOP;

  -- Memberships among these roles, and in the predefined ones, are exactly as wanted.
  FOR wanted IN
    SELECT role.name, parent.rolname AS parent
    FROM pg_temp.wanted_role AS role
      JOIN pg_auth_members AS membership ON membership.member = (SELECT oid FROM pg_roles WHERE rolname = role.name)
      JOIN pg_roles AS parent ON parent.oid = membership.roleid
    WHERE (parent.rolname = ANY (predefined) OR parent.rolname IN (SELECT name FROM pg_temp.wanted_role))
      AND parent.rolname <> ALL (role.member_of)
    ORDER BY role.name, parent.rolname
  LOOP
    EXECUTE format('REVOKE %I FROM %I', wanted.parent, wanted.name);
    RAISE INFO 'role %: no longer a member of %', wanted.name, wanted.parent;
  END LOOP;
  FOR wanted IN SELECT * FROM pg_temp.wanted_role ORDER BY name LOOP
    FOREACH parent IN ARRAY wanted.member_of LOOP
      IF NOT EXISTS (
        SELECT FROM pg_auth_members
        WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = parent)
          AND member = (SELECT oid FROM pg_roles WHERE rolname = wanted.name)
      ) THEN
        EXECUTE format('GRANT %I TO %I', parent, wanted.name);
        RAISE INFO 'role %: a member of %', wanted.name, parent;
      END IF;
    END LOOP;
  END LOOP;

  -- The master user of RDS is no superuser: it acts for an owner (CREATE DATABASE … OWNER, ALTER DEFAULT PRIVILEGES FOR
  -- ROLE, GRANT on what the owner made) only as its member. From PostgreSQL 16 on, having made a role gives the right to
  -- become its member, and no more.
  FOR wanted IN
    SELECT role.name
    FROM pg_temp.wanted_role AS role
    WHERE EXISTS (SELECT FROM pg_temp.wanted_database AS database WHERE pg_has_role(role.name, database.owner, 'MEMBER'))
    ORDER BY role.name
  LOOP
    IF current_setting('server_version_num')::integer >= 160000 THEN
      IF NOT (pg_has_role(wanted.name, 'SET') AND pg_has_role(wanted.name, 'USAGE')) THEN
        EXECUTE format('GRANT %I TO CURRENT_USER WITH SET TRUE, INHERIT TRUE', wanted.name);
        RAISE INFO 'role %: % may act for it', wanted.name, current_user;
      END IF;
    ELSIF NOT pg_has_role(wanted.name, 'USAGE') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted.name);
      RAISE INFO 'role %: % may act for it', wanted.name, current_user;
    END IF;
  END LOOP;
END
$$;

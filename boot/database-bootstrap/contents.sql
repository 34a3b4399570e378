-- Inside one database: extensions, schemas, grants. In one transaction. Nothing that holds data is dropped.

DO $$
DECLARE
  wanted record;
  item text;
  public_owner oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'public');
BEGIN
  SELECT * INTO STRICT wanted FROM pg_temp.wanted_database WHERE name = current_database();

  -- Before PostgreSQL 15 everybody may make tables in `public`. Whose it is depends on how the server was made.
  IF public_owner IS NOT NULL AND pg_has_role(public_owner, 'USAGE') THEN
    IF NOT has_schema_privilege(wanted.owner, 'public', 'CREATE') THEN
      EXECUTE format('GRANT ALL ON SCHEMA public TO %I', wanted.owner);
      RAISE INFO 'schema public: % may make tables in it', wanted.owner;
    END IF;
    IF EXISTS (
      SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
      WHERE nspname = 'public' AND grantee = 0 AND privilege_type = 'CREATE'
    ) THEN
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      RAISE INFO 'schema public: not everybody may make tables in it any more';
    END IF;
  END IF;

  FOREACH item IN ARRAY wanted.extensions LOOP
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = item) THEN
      -- Some say their own schema; the others go into the first of the path.
      SET LOCAL search_path = public, pg_temp;
      EXECUTE pg_catalog.format('CREATE EXTENSION %I CASCADE', item);
      SET LOCAL search_path = pg_catalog, pg_temp;
      RAISE INFO 'extension %: made', item;
    END IF;
  END LOOP;

  FOREACH item IN ARRAY wanted.schemas LOOP
    IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = item) THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', item, wanted.owner);
      RAISE INFO 'schema %: made', item;
    ELSIF (SELECT pg_get_userbyid(nspowner) <> wanted.owner FROM pg_namespace WHERE nspname = item) THEN
      EXECUTE format('ALTER SCHEMA %I OWNER TO %I', item, wanted.owner);
      RAISE INFO 'schema %: now owned by %', item, wanted.owner;
    END IF;
  END LOOP;
END
$$;

-- What was granted from here, so that exactly this is taken back when the settings no longer say it: what somebody granted
-- by hand, or a migration, is theirs. The schema must be the master user's own: in another's, a trigger of theirs would run
-- with the master user's rights.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'groundwork_bootstrap') THEN
    CREATE SCHEMA groundwork_bootstrap;
    CREATE TABLE groundwork_bootstrap.granted (
      role name, kind text, schema name, privilege text, PRIMARY KEY (role, kind, schema, privilege)
    );
  ELSIF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'groundwork_bootstrap' AND pg_get_userbyid(nspowner) <> current_user)
    OR EXISTS (
      SELECT FROM pg_class
      WHERE relnamespace = 'groundwork_bootstrap'::regnamespace AND pg_get_userbyid(relowner) <> current_user
    )
  THEN
    RAISE EXCEPTION 'schema groundwork_bootstrap: it is another role''s, and should be %''s. Find out whose it is; drop it, and run this again',
      current_user;
  END IF;
END
$$;

DO $$
DECLARE
  change record;
  target record;
  class "char";
  on_what text;
  grantee_id oid;
BEGIN
  CREATE TEMPORARY TABLE wanted_here AS
  SELECT role, kind, schema, privilege FROM pg_temp.wanted_grant WHERE database = current_database();

  -- Who makes tables here: the owner, and who can act as the owner.
  CREATE TEMPORARY TABLE creator AS
  SELECT role.name FROM pg_temp.wanted_role AS role, pg_temp.wanted_database AS database
  WHERE database.name = current_database() AND pg_has_role(role.name, database.owner, 'MEMBER');

  -- Both lists in one order: first everything that goes, then everything that comes.
  FOR change IN
    SELECT false AS wanted, granted.* FROM groundwork_bootstrap.granted
    WHERE (role, kind, schema, privilege) NOT IN (SELECT * FROM pg_temp.wanted_here)
    UNION ALL
    SELECT true, * FROM pg_temp.wanted_here
    ORDER BY 1, 2, 3, 4, 5
  LOOP
    IF change.wanted THEN
      INSERT INTO groundwork_bootstrap.granted VALUES (change.role, change.kind, change.schema, change.privilege)
      ON CONFLICT DO NOTHING;
    ELSE
      DELETE FROM groundwork_bootstrap.granted
      WHERE (role, kind, schema, privilege) = (change.role, change.kind, change.schema, change.privilege);
      RAISE INFO 'role %: % on % no longer', change.role, change.privilege,
        concat_ws(' of schema ', change.kind, nullif(change.schema, ''));
      CONTINUE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = change.role)
        OR (change.schema <> '' AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = change.schema));
    END IF;

    SELECT oid INTO STRICT grantee_id FROM pg_roles WHERE rolname = change.role;
    IF change.kind = 'database' THEN
      IF change.wanted <> EXISTS (
        SELECT FROM pg_database, aclexplode(datacl)
        WHERE datname = current_database() AND grantee = grantee_id AND privilege_type = change.privilege
      ) THEN
        EXECUTE format(
          CASE WHEN change.wanted THEN 'GRANT %s ON DATABASE %I TO %I' ELSE 'REVOKE %s ON DATABASE %I FROM %I' END,
          change.privilege, current_database(), change.role);
        IF change.wanted THEN RAISE INFO 'role %: % on the database', change.role, change.privilege; END IF;
      END IF;
      CONTINUE;
    END IF;

    IF change.kind = 'schema' THEN
      IF change.wanted <> EXISTS (
        SELECT FROM pg_namespace, aclexplode(nspacl)
        WHERE nspname = change.schema AND grantee = grantee_id AND privilege_type = change.privilege
      ) THEN
        EXECUTE format(
          CASE WHEN change.wanted THEN 'GRANT %s ON SCHEMA %I TO %I' ELSE 'REVOKE %s ON SCHEMA %I FROM %I' END,
          change.privilege, change.schema, change.role);
        IF change.wanted THEN RAISE INFO 'role %: % on schema %', change.role, change.privilege, change.schema; END IF;
      END IF;
      CONTINUE;
    END IF;

    -- Tables and sequences: those that there are, and those that come.
    FOR target IN
      SELECT relation.oid::regclass AS name, relation.relname
      FROM pg_class AS relation
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = change.schema)
        AND CASE change.kind WHEN 'tables' THEN relkind IN ('r', 'p', 'v', 'm', 'f') ELSE relkind = 'S' END
        -- Others' tables are theirs to grant; an extension's, the extension's.
        AND pg_has_role(relowner, 'USAGE')
        AND relowner <> grantee_id
        AND change.wanted <> EXISTS (
          SELECT FROM aclexplode(relacl) WHERE grantee = grantee_id AND privilege_type = change.privilege
        )
      ORDER BY relname
    LOOP
      on_what := CASE change.kind WHEN 'tables' THEN 'TABLE' ELSE 'SEQUENCE' END;
      EXECUTE format(
        CASE WHEN change.wanted THEN 'GRANT %s ON %s %I.%I TO %I' ELSE 'REVOKE %s ON %s %I.%I FROM %I' END,
        change.privilege, on_what, change.schema, target.relname, change.role);
      IF change.wanted THEN
        RAISE INFO 'role %: % on %.%', change.role, change.privilege, change.schema, target.relname;
      END IF;
    END LOOP;

    class := CASE change.kind WHEN 'tables' THEN 'r' ELSE 'S' END;
    FOR target IN
      SELECT rolname FROM pg_roles
      WHERE pg_has_role(oid, 'USAGE') AND rolname <> change.role
        AND (NOT change.wanted OR rolname IN (SELECT name FROM pg_temp.creator))
        AND change.wanted <> EXISTS (
          SELECT FROM pg_default_acl, aclexplode(defaclacl)
          WHERE defaclrole = pg_roles.oid AND defaclobjtype = class
            AND defaclnamespace = (SELECT oid FROM pg_namespace WHERE nspname = change.schema)
            AND grantee = grantee_id AND privilege_type = change.privilege
        )
      ORDER BY rolname
    LOOP
      EXECUTE format(
        CASE
          WHEN change.wanted THEN 'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %s TO %I'
          ELSE 'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE %s ON %s FROM %I'
        END,
        target.rolname, change.schema, change.privilege, upper(change.kind), change.role);
      IF change.wanted THEN
        RAISE INFO 'role %: % on % that % makes in schema %', change.role, change.privilege, change.kind, target.rolname,
          change.schema;
      END IF;
    END LOOP;
  END LOOP;
END
$$;

-- Not for this script to change, but for a person to know.
DO $$
DECLARE
  others text;
BEGIN
  SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ', ') INTO others
  FROM pg_class JOIN pg_namespace AS schema ON schema.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
    AND schema.nspname !~ '^pg_' AND schema.nspname NOT IN ('information_schema', 'groundwork_bootstrap')
    AND pg_get_userbyid(relowner) NOT IN (SELECT name FROM pg_temp.creator)
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e');
  IF others IS NOT NULL THEN
    RAISE WARNING 'tables here belong to %, and not to the database''s owner. docs/runbooks/database-bootstrap.md says how to hand them over', others;
  END IF;
END
$$;

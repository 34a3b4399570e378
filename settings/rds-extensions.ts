/**
 * Extensions that RDS for PostgreSQL offers, by the names that CREATE EXTENSION takes.
 *
 * After "PostgreSQL extensions supported on Amazon RDS" of the RDS for PostgreSQL release notes: versions 13 to 17 in one
 * list, not compared line by line with each version's. It is there to catch misspelt names. Whether the server's version
 * has one, `SHOW rds.extensions` says there; where it has not, the Job fails and says so.
 */
export const rdsExtensions: ReadonlySet<string> = new Set(
  `address_standardizer address_standardizer_data_us amcheck aws_commons aws_lambda aws_s3 bloom btree_gin btree_gist
  citext cube dblink dict_int dict_xsyn earthdistance flow_control fuzzystrmatch h3 h3_postgis hll hstore hstore_plperl
  intagg intarray ip4r isn jsonb_plperl lo log_fdw ltree mysql_fdw old_snapshot oracle_fdw orafce pg_bigm pg_buffercache
  pg_cron pg_freespacemap pg_hint_plan pg_partman pg_prewarm pg_proctab pg_repack pg_similarity pg_stat_statements
  pg_tle pg_transport pg_trgm pg_visibility pg_walinspect pgactive pgaudit pgcrypto pglogical pgrouting pgrowlocks pgstattuple pgtap
  plcoffee plls plperl plpgsql plprofiler plrust pltcl plv8 postgis postgis_raster postgis_tiger_geocoder
  postgis_topology postgres_fdw prefix rdkit rds_tools seg semver sslinfo tablefunc tcn tds_fdw test_parser tsm_system_rows
  tsm_system_time unaccent uuid-ossp vector`.split(/\s+/),
);

/** Extensions of which nothing works before their library is in the parameter shared_preload_libraries. */
export const preloadedExtensions: ReadonlyMap<string, string> = new Map([
  ["pg_cron", "pg_cron"],
  ["pgaudit", "pgaudit"],
  ["pglogical", "pglogical"],
  ["pg_tle", "pg_tle"],
]);

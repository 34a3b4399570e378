import type { Delegation, Liveness } from "./delegation";

/** One name server, in the parent's list, in the zone's, or in both. */
interface ServerRow {
  readonly server: string;
  readonly inParent: boolean;
  readonly inZone: boolean;
  readonly liveness: Liveness;
}

export interface Comparison {
  readonly rows: readonly ServerRow[];
  /** The zone has them; the parent does not name them. */
  readonly missing: readonly string[];
  /** The parent names them; the zone does not have them. */
  readonly extra: readonly string[];
  /** The parent names them, and they do not answer for the zone: whoever asks one of them waits, or gets nothing. */
  readonly stale: readonly string[];
  readonly disagree: boolean;
  /** Nothing missing, extra or stale, and the parent's servers agree. */
  readonly equal: boolean;
}

/** Compares the parent's list of name servers with the zone's. */
export function compare(
  zoneServers: readonly string[],
  delegation: Pick<Delegation, "servers" | "disagree">,
  liveness: ReadonlyMap<string, Liveness>,
): Comparison {
  const all = [...new Set([...zoneServers, ...delegation.servers])].sort();
  const rows = all.map((server): ServerRow => ({
    server,
    inParent: delegation.servers.includes(server),
    inZone: zoneServers.includes(server),
    liveness: liveness.get(server) ?? { state: "not asked", detail: "" },
  }));
  const names = (which: (row: ServerRow) => boolean): readonly string[] =>
    rows.filter(which).map(({ server }) => server);
  const missing = names(({ inParent }) => !inParent);
  const extra = names(({ inZone }) => !inZone);
  const stale = names(
    ({ inParent, liveness: { state } }) => inParent && (state === "lame" || state === "silent"),
  );
  const { disagree } = delegation;
  const equal = missing.length + extra.length + stale.length === 0 && !disagree;
  return { rows, missing, extra, stale, disagree, equal };
}

import { distance } from "fastest-levenshtein";

/** Names that stood for a setting in the systems before this one, and that no spelling rule leads to today's. */
const earlierNames: Readonly<Record<string, string>> = {
  public_subnets_ids: "publicSubnetIds",
  private_subnets_ids: "privateSubnetIds",
  database_subnets_ids: "databaseSubnetIds",
};

/**
 * The known name that was most likely meant; undefined when none is near. In order: itself, an earlier name of it, the same
 * in another spelling (`vpc_id`, `VpcId`, `vpc-id`), typing errors in at most a third of it, a beginning of it.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) {
    return name;
  }
  const earlier = earlierNames[name];
  if (earlier !== undefined && known.includes(earlier)) {
    return earlier;
  }
  const plain = plainForm(name);
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(plain, plainForm(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best !== undefined && best.edits <= Math.max(1, Math.floor(plain.length / 3))) {
    return best.candidate;
  }
  return plain.length < 4 ? undefined : known.find((candidate) => plainForm(candidate).startsWith(plain));
}

/** Letters that differ; two neighbours that have changed places are one (`dve`, `lokc`). */
function editsBetween(typed: string, candidate: string): number {
  const swapped = [...typed].slice(1).map((_, at) => {
    const [before, first, second, after] = [
      typed.slice(0, at),
      typed[at],
      typed[at + 1],
      typed.slice(at + 2),
    ];
    return 1 + distance(`${before}${second}${first}${after}`, candidate);
  });
  return Math.min(distance(typed, candidate), ...swapped);
}

/** Lower case, without what separates words. */
function plainForm(name: string): string {
  return name.toLowerCase().replace(/[_\- ]/g, "");
}

/** Something that an image is needed for. */
export interface Use {
  readonly kind: "deployed" | "template" | "machine";
  /** For a person: `i-0123…`, `version 3 of lt-0123…, which groundwork-dev-worker-build starts from`. */
  readonly what: string;
}

/** An image of a worker group, as EC2 has it. */
export interface FoundImage {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** `available`, `pending`, `failed`, … */
  readonly state: string;
  readonly architecture: string;
  /** GiB of its disks; what is stored, and paid for, is less. */
  readonly size: number;
  readonly snapshots: readonly string[];
  /** What Image Builder calls it; absent for one that was not built there. */
  readonly buildArn?: string;
  readonly uses: readonly Use[];
}

/** What becomes of an image in a clean-up, and why. */
export interface Verdict {
  readonly remove: boolean;
  readonly why: string;
}

/** States of an image that nothing can be started from, and that stay that way. */
const broken = new Set(["failed", "error", "invalid"]);

/**
 * Judges the images of a group, newest first as they come out: what is in use stays, and of what works the newest `keep`;
 * also what is still being made.
 */
export function judgeImages(
  images: readonly FoundImage[],
  keep: number,
): readonly { readonly image: FoundImage; readonly verdict: Verdict }[] {
  let kept = 0;
  return newestFirst(images).map((image) => {
    const [use] = image.uses;
    const isAmongNewest = image.state === "available" && kept++ < keep;
    if (use !== undefined) {
      return { image, verdict: { remove: false, why: useText(image.uses) } };
    }
    if (broken.has(image.state)) {
      return { image, verdict: { remove: true, why: `it is ${image.state}: no machine can start from it` } };
    }
    if (image.state !== "available") {
      return { image, verdict: { remove: false, why: `it is ${image.state}` } };
    }
    return isAmongNewest
      ? { image, verdict: { remove: false, why: `among the newest ${keep}` } }
      : { image, verdict: { remove: true, why: `not in use, and ${keep} newer are kept` } };
  });
}

export function newestFirst(images: readonly FoundImage[]): readonly FoundImage[] {
  return [...images].sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1));
}

/** "deployed, 3 machines, 1 template". */
export function useText(uses: readonly Use[]): string {
  const of = (kind: Use["kind"]): readonly Use[] => uses.filter((use) => use.kind === kind);
  const counted = (kind: "template" | "machine"): string[] => {
    const found = of(kind);
    const [only] = found;
    if (only === undefined) {
      return [];
    }
    return [found.length === 1 ? only.what : `${found.length} ${kind}s`];
  };
  return [
    ...(of("deployed").length > 0 ? ["deployed"] : []),
    ...counted("template"),
    ...counted("machine"),
  ].join(", ");
}

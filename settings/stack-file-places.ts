import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Node,
} from "yaml";
import type { Location, Path } from "./problem";

/** Where things stand in a stack file. */
export class Places {
  public constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
    private readonly file: string,
  ) {}

  /**
   * The place of what a path from the top of the file leads to: the value where it stands beside its key, else the
   * key; of what is not there, the place of what it is missing in.
   *
   * @param toKey the key itself is meant.
   */
  public of(path: Path, toKey = false): Location {
    const { line, col } = this.lines.linePos(this.offsetOf(path, toKey));
    return { file: this.file, line, column: col };
  }

  private offsetOf(path: Path, toKey: boolean): number {
    let node = this.resolved(this.document.contents);
    let offset = 0;
    for (const [index, step] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (pair === undefined) {
          return offset;
        }
        const wantsKey = toKey && index === path.length - 1;
        node = this.resolved(pair.value);
        offset =
          (wantsKey || !standsBesideItsKey(node) ? undefined : startOf(node)) ?? startOf(pair.key) ?? offset;
      } else if (isSeq(node) && typeof step === "number") {
        node = this.resolved(node.items[step]);
        offset = startOf(node) ?? offset;
      } else {
        return offset;
      }
    }
    return offset;
  }

  /** What an alias stands for. */
  private resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

function standsBesideItsKey(node: unknown): boolean {
  return isScalar(node) ? node.value !== null : isCollection(node) && node.flow === true;
}

function startOf(node: unknown): number | undefined {
  return (node as Partial<Node> | undefined)?.range?.[0];
}

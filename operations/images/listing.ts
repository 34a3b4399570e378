import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import type { ImageCall } from "./call";
import { findImages } from "./inventory";
import { table, spanText } from "../terminal/output";
import { newestFirst, useText, type FoundImage, type Verdict } from "./judge-images";

/** Images, newest first, as a table. */
function imageListing(images: readonly FoundImage[], now: number): string {
  return table([
    ["image", "name", "age", "size", "state", "in use"],
    ...newestFirst(images).map((image) => [...cells(image, now), useText(image.uses) || "no"]),
  ]);
}

/** The same with what becomes of each. */
export function cleanListing(
  judged: readonly { readonly image: FoundImage; readonly verdict: Verdict }[],
  now: number,
): string {
  return table([
    ["image", "name", "age", "size", "state", "", ""],
    ...judged.map(({ image, verdict }) => [
      ...cells(image, now),
      verdict.remove ? "remove" : "keep",
      verdict.why,
    ]),
  ]);
}

function cells({ created, id, name, size, state }: FoundImage, now: number): readonly string[] {
  return [id, name, spanText(Math.max(0, now - created)), `${size} GiB`, state];
}

/** An image as `--json` prints it. */
export function imageDocument(image: FoundImage): Readonly<Record<string, unknown>> {
  const { architecture, created, id, name, size, snapshots, state, uses } = image;
  return {
    id,
    name,
    created: new Date(created).toISOString(),
    sizeGiB: size,
    architecture,
    state,
    snapshots,
    inUse: uses.length > 0,
    uses,
  };
}

/** The verb: lists the group's images. */
export async function list({ context, stack, clients, group }: ImageCall): Promise<ExitCode> {
  const { output } = context;
  const images = await findImages(clients, group);
  const now = Date.now();
  output.document({
    stack: stack.name,
    group: group.key,
    images: images.map((one) => imageDocument(one)),
  });
  output.print(
    images.length === 0
      ? `The worker group ${group.key} has no images (${stack.where}).`
      : imageListing(images, now),
  );
  return exitCodes.done;
}

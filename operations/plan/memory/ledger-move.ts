import { exitCodes } from "../../terminal/exit-codes";
import { OperationError } from "../../terminal/errors";
import type { StackRef } from "../../backend/layout";
import { withoutSecrets, type StateStore } from "../../backend/store";
import { Ledger, ledgerKey } from "./ledger";

/**
 * Takes what the guard remembers of a stack to the backend that its state goes to.
 *
 * The old backend keeps its own: whoever is still logged in there, and would stand the stack up anew, is refused for what it
 * held. A stack that comes back finds it there, shorter than what it brings along, and goes on from it.
 *
 * @throws OperationError (3) when one of the two is broken, or when each says something that the other does not know.
 */
export async function takeLedgerAlong(from: StateStore, to: StateStore, ref: StackRef): Promise<void> {
  const key = ledgerKey(ref);
  const [source, target] = [await from.read(key), await to.read(key)];
  if (source === undefined || target?.data.equals(source.data) === true) {
    return;
  }
  const [here, there] = [await new Ledger(from, ref).read(), await new Ledger(to, ref).read()];
  const hashes = [here, there].map(({ records }) => records.map(({ hash }) => hash));
  const [own = [], other = []] = hashes;
  if (other.every((hash, index) => hash === own[index])) {
    await to.write(key, source.data, target === undefined ? { absent: true } : { tag: target.tag });
    return;
  }
  if (own.every((hash, index) => hash === other[index])) {
    return;
  }
  throw new OperationError(
    `The guard's ledger of ${ref.project}/${ref.stack} is in both backends, and they differ. Nothing was touched.\n` +
      `  ${withoutSecrets(from.url)}: ${own.length} records, the last of ${here.records.at(-1)?.at ?? "no time"}\n` +
      `  ${withoutSecrets(to.url)}: ${other.length} records, the last of ${there.records.at(-1)?.at ?? "no time"}\n` +
      `The first is the one that counts. See what the second was for, and move it out of the way: ${key}.`,
    exitCodes.refused,
  );
}

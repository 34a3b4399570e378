import { gunzipSync, gzipSync } from "node:zlib";
import { FailedError } from "../terminal/errors";
import { deploymentIn, readState, type Deployment, type StackRef } from "./layout";
import { withLock } from "./locks";
import type { StateStore } from "./store";

/**
 * Changes a stack's state where it lies, under the engine's lock, with its secrets as they stand there. The engine's own
 * `stack import` strikes everything that was begun.
 *
 * @param command what is written into the lock, for whoever finds it.
 * @returns what puts the state back as it was.
 * @throws OperationError (3) when somebody holds the lock.
 */
export async function changeState(
  store: StateStore,
  ref: StackRef,
  command: string,
  change: (deployment: Deployment) => Deployment,
): Promise<() => Promise<void>> {
  return withLock(store, ref, command, async () => {
    const state = await readState(store, ref);
    if (state === undefined) {
      throw new FailedError(`The backend has no state of ${ref.stack} any more. Nothing was touched.`);
    }
    const { key, data, tag } = state;
    await store.write(key, changed(data, key, change), { tag });
    return () =>
      withLock(store, ref, command, async () => {
        await store.write(key, data);
      });
  });
}

function changed(data: Buffer, key: string, change: (deployment: Deployment) => Deployment): Buffer {
  const latest = change(deploymentIn(data, key));
  const isPacked = data[0] === 0x1f && data[1] === 0x8b;
  const whole = JSON.parse((isPacked ? gunzipSync(data) : data).toString("utf8")) as {
    readonly checkpoint: object;
  };
  const text = JSON.stringify({ ...whole, checkpoint: { ...whole.checkpoint, latest } }, undefined, 4);
  return isPacked ? gzipSync(text) : Buffer.from(text);
}

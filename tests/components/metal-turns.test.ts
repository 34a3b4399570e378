import { expect } from "chai";
import { Turns } from "../../components/metal-workers/turns";
import { record } from "../support/mocks";

/** Slots whose turn has come so far. */
class Watched {
  readonly begun: number[] = [];

  private constructor(readonly turns: Turns) {}

  static async of(slots: readonly number[], parallel: number, atOnce = false): Promise<Watched> {
    const { result } = await record(() => new Turns(slots, parallel, () => undefined, atOnce));
    const watched = new Watched(result);
    for (const slot of slots) {
      void result.turn(slot).then(() => watched.begun.push(slot));
    }
    await settled();
    return watched;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("turns of slots", () => {
  it("come a set number at a time, in order", async () => {
    const { turns, begun } = await Watched.of([0, 1, 5, 7], 2);
    expect(begun).to.deep.equal([0, 1]);
    turns.done(1);
    await settled();
    expect(begun).to.deep.equal([0, 1, 5]);
  });

  it("hold a failure back until everybody else is done, and give the turn on at once", async () => {
    const { turns, begun } = await Watched.of([0, 1, 2], 2);
    let told = false;
    void turns.fail(0).then(() => (told = true));
    await settled();
    expect(begun).to.deep.equal([0, 1, 2]);
    turns.done(1);
    await settled();
    expect(told).to.equal(false);
    turns.done(2);
    await settled();
    expect(told).to.equal(true);
  });

  it("go on past two failures, one slot at a time too", async () => {
    const { turns, begun } = await Watched.of([0, 1, 2], 1);
    let told = 0;
    for (const slot of [0, 1]) {
      void turns.fail(slot).then(() => told++);
      await settled();
    }
    expect(begun).to.deep.equal([0, 1, 2]);
    expect(told).to.equal(0);
    turns.done(2);
    await settled();
    expect(told).to.equal(2);
  });

  it("begin nothing more at the third failure, and tell all at once, so that the engine is not left without hands", async () => {
    const { turns, begun } = await Watched.of([0, 1, 2, 3, 4, 5], 3);
    let told = 0;
    for (const slot of [0, 1, 2]) {
      void turns.fail(slot).then(() => told++);
    }
    await settled();
    // The turns of the first two were given on before the third.
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
    expect(told).to.equal(3);
    turns.done(3);
    await settled();
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("are everybody's at once in a preview, and nothing is held back", async () => {
    const { turns, begun } = await Watched.of([0, 1, 2], 1, true);
    expect(begun).to.deep.equal([0, 1, 2]);
    await turns.fail(0);
  });
});

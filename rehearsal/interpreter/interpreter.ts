import { durationOf } from "../catalogue/durations";
import { typeFacts } from "../catalogue/facts";
import type { TypeFacts } from "../catalogue/type-facts";
import type { Cloud, Done } from "../cloud/cloud";
import type { Fault } from "../cloud/faults";
import type { CloudMethod } from "../cloud/log";
import type { CloudRecord } from "../cloud/store";
import { CloudError, NotLiveError } from "./cloud-error";
import { handsOf } from "./cloud-view";
import { diffInputs, type InputDiff } from "./diff";
import type { CloudHands, CloudView, Draft, Entry, Place, Refusal, Subject } from "./entry";
import { faultRefusal } from "./fault-words";
import { Holdings } from "./holdings";
import type { Secrets } from "./masks";
import {
  givenOutputs,
  missing,
  previewedOutputs,
  previewedUpdate,
  updatedOutputs,
  withPlausible,
} from "./outputs";
import type { PackageModel } from "./package-model";
import { reported, type State } from "./reported";
import { heard, nothingYet, refuseToPlan, withWritten } from "./planning";
import { refusalToCreate, refusalToDelete, refusalToUpdate } from "./rules";
import { Random } from "./random";
import type { Target } from "./target";
import { sameValue, type Values } from "./values";

/** How often an id is drawn again when what came out exists; beyond that it is the name that is taken. */
const idAttempts = 20;

/**
 * Carries out what the engine asks of a provider, for every resource type of every package: from the facts of the
 * type, from the package's rules, and from the type's entry where there is one.
 */
export class Interpreter<Config> {
  private readonly holdings: Holdings<Config>;

  constructor(
    private readonly model: PackageModel<Config>,
    private readonly cloud: Cloud,
  ) {
    this.holdings = new Holdings(model, cloud.store);
  }

  /**
   * What a change of checked inputs means: nothing, an update, or a replacement.
   *
   * @throws CloudError where the provider's own code refuses the change.
   */
  diff(type: string, oldInputs: Values, newInputs: Values, oldOutputs: Values): InputDiff {
    refuseToPlan(this.facts(type), { inputs: oldInputs, outputs: oldOutputs }, newInputs);
    return diffInputs(type, oldInputs, newInputs, oldOutputs);
  }

  previewCreate(target: Target, inputs: Values, config: Config): Values {
    const facts = this.facts(target.type);
    refuseToPlan(facts, nothingYet, inputs);
    const made = ifKnown(() => {
      const place = this.model.place(target.type, inputs, config);
      const draft = previewDraft({ ...target, id: "", place, inputs, outputs: {} });
      return {
        ...this.model.outputs({ ...draft, outputs: givenOutputs(facts, inputs) }, facts),
        ...this.entry(target.type).outputs?.(draft, this.hands(place)),
      };
    });
    return previewedOutputs(facts, inputs, made);
  }

  async create(target: Target, inputs: Values, config: Config): Promise<State> {
    const { type, urn } = target;
    const facts = this.facts(type);
    refuseToPlan(facts, nothingYet, inputs);
    const entry = this.entry(type);
    const place = this.model.place(type, inputs, config);
    const subject: Subject = { ...target, id: "", place, inputs, outputs: {} };
    return this.reach("create", target, subject, durationOf(type, "create", inputs), async (fault) => {
      const hands = this.hands(place);
      this.isGone("create", subject, config);
      this.refuse("create", subject, refusalToCreate(entry, subject, hands));
      for (let attempt = 0; attempt < idAttempts; attempt++) {
        const draft = this.draft(subject, urn);
        const created: Draft = { ...draft, id: entry.id?.(draft, hands) ?? this.model.id(draft, facts) };
        const outputs = this.outputs(created, facts, entry, hands);
        if (this.holdings.add(created, outputs, urn, this.secretsOf(target))) {
          entry.afterCreate?.({ ...created, outputs, ...(fault && { fault }) }, hands);
          const made = { id: created.id, inputs, outputs };
          return { id: created.id, result: await this.live("create", target, { ...created, outputs }, made) };
        }
      }
      const refusal = { code: "AlreadyExists", message: `${target.name} already exists.`, status: 409 };
      throw this.error(refusal, "create", subject);
    });
  }

  previewUpdate(target: Target, old: State, inputs: Values, config: Config): Values {
    const facts = this.facts(target.type);
    const entry = this.entry(target.type);
    const wanted = heard(facts, old, inputs);
    const outputs = updatedOutputs(facts, old, wanted);
    if (!movesOutputs(entry, old.inputs, inputs)) return outputs;
    const made = ifKnown(() => {
      const place = this.placeOf(target.type, old, config);
      return entry.updated?.(
        previewDraft({ ...target, id: old.id, place, inputs: wanted, outputs }),
        this.hands(place),
      );
    });
    return previewedUpdate(outputs, made, entry.unknownOnUpdate ?? []);
  }

  async update(target: Target, old: State, inputs: Values, config: Config): Promise<State> {
    const facts = this.facts(target.type);
    refuseToPlan(facts, old, inputs);
    const entry = this.entry(target.type);
    const place = this.placeOf(target.type, old, config);
    const seen: Subject = { ...target, id: old.id, place, inputs: old.inputs, outputs: old.outputs };
    const seconds = entry.playsUpdate === true ? 0 : durationOf(target.type, "update");
    return this.reach("update", target, seen, seconds, async () => {
      this.isGone("update", seen, config);
      const record = this.holdings.find(target, old, place);
      if (!record) {
        const message = `The resource ${old.id} does not exist.`;
        throw this.error({ code: "ResourceNotFound", message, status: 404 }, "update", seen);
      }
      const subject: Subject = { ...seen, inputs: record.inputs, outputs: record.outputs };
      const hands = this.hands(place);
      const wanted = heard(facts, record, inputs);
      this.refuse("update", subject, refusalToUpdate(entry, subject, wanted, hands));
      const outputs = updatedOutputs(facts, { inputs: old.inputs, outputs: record.outputs }, wanted);
      const draft: Draft = {
        ...this.draft({ ...subject, inputs: wanted, outputs }, target.urn),
        id: old.id,
      };
      const made = movesOutputs(entry, record.inputs, inputs) ? entry.updated?.(draft, hands) : {};
      const updated: Draft = { ...draft, outputs: withWritten(facts, { ...outputs, ...made }) };
      this.holdings.replace(
        { ...record, name: target.name, inputs, outputs: updated.outputs },
        this.secretsOf(target),
      );
      entry.afterUpdate?.(updated, hands);
      const changed = { id: old.id, inputs, outputs: updated.outputs };
      return { id: old.id, result: await this.live("update", target, updated, changed, subject) };
    });
  }

  /**
   * What the cloud holds under this id, or undefined when there is nothing. What a person changed in the file's inputs
   * counts as changed in the cloud, as does a change in its outputs.
   *
   * @param known what the engine's state says; absent at an import. What has no outputs yet the providers take for one too: by what
   *   it can be imported by, its region among it, whatever its inputs say.
   */
  async read(
    target: Target,
    id: string,
    known: State | undefined,
    config: Config,
  ): Promise<State | undefined> {
    const facts = this.facts(target.type);
    const isKnown = known !== undefined && Object.keys(known.outputs).length > 0;
    const named = isKnown ? undefined : this.model.importedAs?.(id);
    const { inputs, outputs } = isKnown ? known : { inputs: named?.inputs ?? {}, outputs: {} };
    const place = this.placeOf(target.type, { inputs, outputs }, config);
    const subject: Subject = { ...target, id, place, inputs, outputs };
    return this.reach("read", target, subject, 0, () => {
      if (this.isGone("read", subject, config)) return { id, result: undefined };
      const record = isKnown
        ? this.holdings.find(target, { ...known, id }, place)
        : this.completed(this.holdings.findByName(target.type, named?.id ?? id, this.hands(place)), subject);
      if (record === undefined) return { id, result: undefined };
      const now = this.moved(record, subject);
      const state = reported(facts, now, known);
      this.settle(now, state, known);
      return { id, result: state };
    });
  }

  async delete(target: Target, state: State, config: Config): Promise<void> {
    const entry = this.entry(target.type);
    const place = this.placeOf(target.type, state, config);
    const known: Subject = { ...target, id: state.id, place, inputs: state.inputs, outputs: state.outputs };
    await this.reach("delete", target, known, durationOf(target.type, "delete"), async (fault) => {
      const done = { id: state.id, result: undefined };
      const hands = this.hands(place);
      if (this.isGone("delete", known, config)) return done;
      // Gone already is as good as deleted; the real providers say so too.
      if (!this.holdings.find(target, state, place)) return done;
      // What locks a resource is asked of the cloud; how to delete it (a final snapshot) of the engine's state.
      const subject = (): Subject => ({
        ...known,
        outputs: { ...state.outputs, ...this.holdings.find(target, state, place)?.outputs },
      });
      await this.patience(() => refusalToDelete(entry, subject(), hands));
      this.refuse("delete", known, refusalToDelete(entry, subject(), hands));
      const gone = { ...this.draft(subject(), target.urn), id: state.id, ...(fault && { fault }) };
      this.holdings.remove(target, state, place);
      entry.afterDelete?.(gone, hands);
      return done;
    });
  }

  async invoke(token: string, args: Values, config: Config): Promise<Values> {
    const call = {
      package: this.model.name,
      method: "invoke" as const,
      type: token,
      name: token,
      urn: null,
      id: null,
    };
    return this.cloud.reach(
      call,
      0,
      (fault) => fault.message ?? `${token} timed out`,
      () => ({
        id: null,
        result: this.model.invoke(token, args, config, this.hands(this.model.place(token, args, config))),
      }),
    );
  }

  /** Outputs (and inputs) of a type that are secret whatever the program says. */
  secretNames(type: string, someInputIsSecret: boolean): readonly string[] {
    const { secret = [], secretWithInputs = [] } = this.entry(type);
    return [...this.facts(type).sensitive, ...secret, ...(someInputIsSecret ? secretWithInputs : [])];
  }

  private secretsOf({ type, secrets = [] }: Target): Secrets {
    return { texts: secrets, names: this.secretNames(type, secrets.length > 0) };
  }

  /** @throws CloudError as the real providers do for a type that they do not know. */
  facts(type: string): TypeFacts {
    const facts = typeFacts(type);
    if (!facts) throw new CloudError("UnknownType", `unrecognized resource type: ${type}`);
    return facts;
  }

  private entry(type: string): Entry {
    return this.model.entry(type) ?? {};
  }

  private placeOf(
    type: string,
    state: { readonly inputs: Values; readonly outputs: Values },
    config: Config,
  ): Place {
    return this.model.place(type, { ...state.inputs, ...state.outputs }, config);
  }

  private hands(place: Place): CloudHands {
    return handsOf(this.cloud.store, this.model, place);
  }

  private draft(subject: Subject, urn: string): Draft {
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    return { ...subject, random: this.cloud.random(urn), now };
  }

  private outputs(draft: Draft, facts: TypeFacts, entry: Entry, cloud: CloudView): Values {
    const given = givenOutputs(facts, draft.inputs);
    const known = {
      ...given,
      ...this.model.outputs({ ...draft, outputs: given }, facts),
      ...entry.outputs?.(draft, cloud),
    };
    return withPlausible(facts, withWritten(facts, known), draft);
  }

  /** The record with what the cloud has made of it by itself; it stays so from now on. */
  private moved(record: CloudRecord, { type, place }: Subject): CloudRecord {
    const moved = this.entry(type).byItself?.(record, this.hands(place));
    if (
      moved === undefined ||
      Object.entries(moved).every(([name, value]) => sameValue(record.outputs[name], value))
    )
      return record;
    const outputs = { ...record.outputs, ...moved };
    const inputs = Object.fromEntries(
      Object.entries(record.inputs).map(([name, value]) => [name, moved[name] ?? value]),
    );
    const now = { ...record, inputs, outputs };
    this.holdings.replace(now, { texts: [], names: this.secretNames(type, false) });
    return now;
  }

  /**
   * What has changed in the outputs alone is what was given from now on. Else it would look, once the engine's state has it too, as if
   * somebody had gone back to what the inputs still say.
   */
  private settle(record: CloudRecord, state: State, known: State | undefined): void {
    const moved = Object.entries(state.inputs).filter(
      ([name, value]) =>
        name in record.inputs &&
        sameValue(record.inputs[name], known?.inputs[name]) &&
        !sameValue(record.inputs[name], value),
    );
    if (moved.length === 0 || this.model.livesInState === true) return;
    const inputs = { ...record.inputs, ...Object.fromEntries(moved) };
    this.holdings.replace({ ...record, inputs }, { texts: [], names: this.secretNames(record.type, false) });
  }

  /** What a person wrote down, with what the cloud would have computed; it stays so from now on. */
  private completed(record: CloudRecord | undefined, subject: Subject): CloudRecord | undefined {
    const facts = this.facts(subject.type);
    if (!record || missing(facts, record.outputs).length === 0) return record;
    const { id, inputs } = record;
    const draft = {
      ...this.draft({ ...subject, inputs: { ...(facts.defaults as Values), ...inputs } }, id),
      id,
    };
    const outputs = {
      ...this.outputs(draft, facts, this.entry(subject.type), this.hands(subject.place)),
      ...record.outputs,
    };
    const whole = { ...record, outputs };
    this.holdings.replace(whole, { texts: [], names: this.secretNames(subject.type, false) });
    return whole;
  }

  /**
   * Goes through what happens to a resource once it is there, and waits until it is live, as far as its type does: what
   * it waits for may be under way.
   *
   * @returns The resource as it is then.
   * @throws NotLiveError when it does not become live.
   */
  private async live(
    method: CloudMethod,
    target: Target,
    draft: Draft,
    state: State,
    before?: Subject,
  ): Promise<State> {
    const { meanwhile, notLive } = this.entry(draft.type);
    if (!meanwhile && !notLive) return state;
    const hands = this.hands(draft.place);
    await meanwhile?.(draft, hands, (seconds) => this.cloud.clock.pass(seconds), before);
    let reasons = notLive?.(draft, hands) ?? [];
    while (reasons.length > 0 && (await this.cloud.otherCallEnded())) reasons = notLive?.(draft, hands) ?? [];
    const outputs = this.holdings.find(target, state, draft.place)?.outputs ?? state.outputs;
    if (reasons.length === 0) return { ...state, outputs };
    const [first = "", ...others] = reasons;
    const said = this.model.notLive?.(method, draft);
    throw new NotLiveError(state.id, state.inputs, outputs, [
      said === undefined ? first : `${said}: ${first}`,
      ...others,
    ]);
  }

  /** As the real providers do: while what is in the way may still go, asks again. */
  private async patience(ask: () => Refusal | undefined): Promise<void> {
    while (ask()?.waits === true && (await this.cloud.otherCallEnded()));
  }

  /** Whether the provider takes what it cannot reach for gone. @throws CloudError when it refuses instead. */
  private isGone(method: CloudMethod, subject: Subject, config: Config): boolean {
    const found = this.model.unreachable?.(method, subject.place, config, this.hands(subject.place));
    if (found === undefined || found === "gone") return found === "gone";
    throw this.error(found, method, subject);
  }

  private refuse(method: CloudMethod, subject: Subject, refusal: Refusal | undefined): void {
    if (refusal) throw this.error(refusal, method, subject);
  }

  private error(refusal: Refusal, method: CloudMethod, subject: Subject): CloudError {
    return new CloudError(refusal.code, this.model.explain(refusal, method, subject));
  }

  private reach<T>(
    method: CloudMethod,
    target: Target,
    subject: Subject,
    seconds: number,
    act: (fault: Fault | undefined) => Done<T> | Promise<Done<T>>,
  ): Promise<T> {
    const { type } = target;
    const call = { ...target, package: this.model.name, method, id: subject.id === "" ? null : subject.id };
    const limit = typeFacts(type)?.timeouts[method] ?? "10m0s";
    return this.cloud.reach(
      call,
      seconds,
      (fault, id) =>
        this.model.explain(faultRefusal(fault, limit), method, {
          ...subject,
          id: id ?? "",
        }),
      act,
    );
  }
}

/** Whether a change of inputs is one of more than the entry leaves aside. */
function movesOutputs({ aside = [] }: Entry, had: Values, wanted: Values): boolean {
  return Object.keys({ ...had, ...wanted }).some(
    (name) => !name.startsWith("__") && !aside.includes(name) && !sameValue(had[name], wanted[name]),
  );
}

/** A draft for a preview: what it draws is of no account, and draws nothing from what creations are drawn from. */
function previewDraft(subject: Subject): Draft {
  return { ...subject, random: new Random(), now: "" };
}

/** What can be computed of inputs that may hold unknowns; nothing where they decide. */
function ifKnown(compute: () => Values | undefined): Values {
  try {
    return compute() ?? {};
  } catch {
    return {};
  }
}

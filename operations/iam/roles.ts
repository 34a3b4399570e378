import { loginName } from "../../settings/sections/bootstrap";
import { keyRotation, type UsersSettings } from "../../settings/sections/users";
import { isActive, otherSlot, slotNames, type Slot, type TwoSlots } from "../../settings/two-slots";
import type { Checkpoint } from "../engine/engine-stack";
import { exitOf } from "../plan/part";
import type { PlanOptions } from "../plan/planning";
import { withStack, type OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { age, dependentsOf } from "./keys";
import {
  inactiveTooShort,
  makeSlots,
  requireGivenUp,
  requireReason,
  slotCall,
  type Owner,
  type RetireOptions,
  type SlotWork,
} from "./slot-run";

/** The logins of a database role in file and state, at one moment. */
interface Scene extends Owner {
  readonly role: string;
  readonly slots: TwoSlots;
  readonly rotation: UsersSettings["rotation"];
  readonly checkpoint: Checkpoint;
  /** Who logs in with what the role's secret says; undefined where there is no secret yet. */
  readonly published: string | undefined;
}

const component = "groundwork:database:DatabaseBootstrap";

async function sceneOf(
  context: CommandContext,
  stack: OpenStack,
  role: string,
  written?: TwoSlots,
): Promise<Scene> {
  const { database, users } = stack.settings.sections;
  const roles = Object.entries(database?.bootstrap?.roles ?? {}).filter(([, { login }]) => login);
  const logins = roles.find(([name]) => name === role)?.[1].logins;
  if (!roles.some(([name]) => name === role)) {
    throw new UsageError(
      `${stack.name} has no database role "${role}" that logs in. Known: ${oneOf(roles.map(([name]) => name).sort())}. Nothing was touched.`,
    );
  }
  const checkpoint = await stack.engine.checkpoint();
  const secret = checkpoint.resources?.find(({ urn }) =>
    urn.endsWith(`$aws:secretsmanager/secretVersion:SecretVersion::database-bootstrap-${role}`),
  );
  return {
    ...{ context, stack, role, name: `role:${role}`, now: new Date(), checkpoint },
    slots: written ?? logins ?? { current: "a", other: "none", since: "" },
    rotation: users?.rotation ?? keyRotation.parse({}),
    // The whole secret is one text of JSON, and in the state a text within JSON: its quotes are written with backslashes.
    published: /\\*"username\\*":\\*"([a-z0-9_]+)\\*"/.exec(JSON.stringify(secret?.inputs ?? {}))?.[1],
    place: {
      path: ["groundwork:database", "bootstrap", "roles", role, "logins"],
      isThere: logins !== undefined,
    },
  };
}

/** Shows who logs in for a role, and what is next. Changes nothing. */
export async function roleStatus(
  context: CommandContext,
  stackName: string,
  role: string,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, role);
    context.output.document({ ...documentOf(scene), next: nextOf(scene) });
    context.output.print(table([["slot", "logs in as", "state"], ...rowsOf(scene)]));
    context.output.printFitted(`\n${nextOf(scene)}`);
    return exitCodes.done;
  });
}

/** A new password, of the login whose turn it is not, published in the place of the other, which goes on logging in. */
export async function rotateRole(
  context: CommandContext,
  stackName: string,
  role: string,
  options: PlanOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, role);
    const { slots } = scene;
    if (slots.other === "inactive") {
      throw new UsageError(
        `${loginName(role, otherSlot(slots.current))} is inactive, and may be wanted back. \`${slotCall(scene, "retire")}\` first. ` +
          "Nothing was touched.",
      );
    }
    if (scene.published === undefined) {
      throw new UsageError(
        `${role} has no secret yet: stand ${stack.name} up first: \`${stack.call("up")}\`. Nothing was touched.`,
      );
    }
    const begins = slots.other === "none";
    const wanted: TwoSlots = begins
      ? { ...slots, current: otherSlot(slots.current), other: "active" }
      : slots;
    return run(scene, wanted, options, {
      action: "rotate",
      question: `Let ${loginName(role, wanted.current)} log in for ${role} of ${stack.name} (${stack.where})?`,
      reason: undefined,
      results: { changed: "rotated", nothing: "rotated already" },
    });
  });
}

/**
 * Lets the old login log in no more, and, in a second call, forgets its password. Sessions that it has stay. PostgreSQL does not
 * remember who logged in when: a person looks.
 *
 * @throws OperationError (3) while it may still be needed, and no reason is given.
 */
export async function retireRole(
  context: CommandContext,
  stackName: string,
  role: string,
  { force, ...options }: RetireOptions,
): Promise<ExitCode> {
  requireReason(force);
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, role);
    const { now, published, rotation, slots } = scene;
    const [current, old] = [slots.current, otherSlot(slots.current)].map((slot) => loginName(role, slot));
    if (published !== current) {
      throw new UsageError(
        `The secret of ${role} names ${published ?? "nobody"} still. \`${slotCall(scene, "rotate")}\` continues. Nothing was touched.`,
      );
    }
    const deletes = slots.other !== "active";
    const hours = (now.getTime() - Date.parse(slots.since)) / 3_600_000;
    if (slots.other !== "none") {
      const reasons = deletes
        ? inactiveTooShort(slots, rotation.inactiveDays, now)
        : hours < rotation.unusedHours
          ? [
              `its turn ended ${age(new Date(slots.since), now)} ago, and ${rotation.unusedHours} h are asked for`,
            ]
          : [];
      requireGivenUp(
        scene,
        `${old ?? ""} ${deletes ? "keeps its password" : "goes on logging in"}`,
        reasons,
        force,
      );
    }
    return run(scene, { ...slots, other: deletes ? "none" : "inactive" }, options, {
      action: "retire",
      reason: force,
      question: deletes
        ? `Forget the password of ${old ?? ""} of ${stack.name} (${stack.where})?`
        : `Let ${old ?? ""} log in to ${stack.name} no more (${stack.where})? \`SELECT * FROM pg_stat_activity WHERE usename = '${old ?? ""}'\` shows who does.`,
      results: deletes
        ? { changed: "forgotten", nothing: "nothing to retire" }
        : { changed: "deactivated", nothing: "deactivated already" },
    });
  });
}

interface Run extends Pick<SlotWork, "action" | "question" | "reason"> {
  readonly results: Readonly<Record<"changed" | "nothing", string>>;
}

async function run(
  scene: Scene,
  wanted: TwoSlots,
  options: PlanOptions,
  { results, ...what }: Run,
): Promise<ExitCode> {
  const { checkpoint, context, role, slots: before, stack } = scene;
  const own = (checkpoint.resources ?? []).map(({ urn }) => urn).filter((urn) => urn.includes(component));
  const urn = (type: string, name: string): string =>
    `urn:pulumi:${stack.name}::${stack.settings.context.project}::${component}$${type}::database-bootstrap-${name}`;
  const made = wanted.other === "none" ? [wanted.current] : slotNames;
  const fresh = made
    .map((slot) => (slot === "a" ? role : `${role}-b`))
    .flatMap((name) => [
      urn("random:index/randomPassword:RandomPassword", name),
      urn("random:index/randomId:RandomId", `${name}-salt`),
    ]);
  const { document, result, slots } = await makeSlots(
    scene,
    {
      ...what,
      slots: wanted,
      writes: wanted.current !== before.current || wanted.other !== before.other,
      part: `the logins of ${role}`,
      targets: [...new Set([...dependentsOf(checkpoint, own), ...fresh])],
      // A pod that has not been given the new login yet needs the old one.
      ...(what.action === "retire" && { mayTouch: (urn: string) => own.includes(urn) }),
    },
    options,
  );
  if (result === "refused" || result === "declined") {
    context.output.document({ ...document, role, result });
    return exitOf(result);
  }
  const after = await sceneOf(context, stack, role, slots);
  context.output.document({
    ...document,
    ...documentOf(after),
    ...{ result: results[result], next: nextOf(after) },
  });
  context.output.print(`\n${role} of ${stack.name}: ${results[result]}.`);
  context.output.print(table(rowsOf(after), "  "));
  context.output.printFitted(nextOf(after));
  return exitCodes.done;
}

function stateOf(slot: Slot, { published, role, slots }: Scene): string {
  const is = isActive(slot, slots) ? "active" : slots.other === "none" ? "none" : "inactive";
  return loginName(role, slot) === published ? `${is}, published` : is;
}

function rowsOf(scene: Scene): readonly (readonly string[])[] {
  return slotNames.map((slot) => [slot, loginName(scene.role, slot), stateOf(slot, scene)]);
}

function nextOf(scene: Scene): string {
  const { published, role, rotation, slots } = scene;
  const [rotate, retire] = [slotCall(scene, "rotate"), slotCall(scene, "retire")];
  if (published !== loginName(role, slots.current)) {
    return `A rotation has begun and is not done: \`${rotate}\` continues it.`;
  }
  switch (slots.other) {
    case "none":
      return `Nothing to do. \`${rotate}\` makes a new password.`;
    case "active":
      return `Whoever has the old login outside of this stack reads the role's secret again. Then, from ${rotation.unusedHours} h on, \`${retire}\`.`;
    case "inactive":
      return `\`${retire}\` forgets the old password, from ${rotation.inactiveDays} days after ${slots.since} on. \`other: active\` takes it back.`;
  }
}

function documentOf(scene: Scene): Record<string, unknown> {
  const { published, role, slots, stack } = scene;
  return {
    ...{ stack: stack.name, role, published: published ?? null },
    slots: { current: slots.current, other: slots.other, since: slots.since || null },
    logins: slotNames.map((slot) => ({
      slot,
      login: loginName(role, slot),
      state: stateOf(slot, scene),
    })),
  };
}

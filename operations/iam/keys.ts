import type * as iamModule from "@aws-sdk/client-iam";
import { createRequire } from "node:module";
import { physicalName } from "../../components/names";
import type { UsersSettings } from "../../settings/sections/users";
import { slotNames, type Slot, type TwoSlots } from "../../settings/two-slots";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { Checkpoint } from "../engine/engine-stack";
import type { OpenStack } from "../plan/workspace";
import { FailedError } from "../terminal/errors";
import { spanText } from "../terminal/output";

const load = createRequire(__filename);

/** An access key as IAM has it. */
export interface UserKey {
  readonly id: string;
  /** Undefined for one that the state does not have. */
  readonly slot: Slot | undefined;
  readonly isActive: boolean;
  readonly made: Date;
  /** As IAM knows it, up to four hours late; undefined where nobody is known to have used it. */
  readonly used: { readonly at: Date; readonly service: string; readonly region: string } | undefined;
}

/** What the file says of a user's keys; without an entry there is the one in slot a. */
export function slotsOf(settings: UsersSettings | undefined, user: string): TwoSlots {
  return settings?.keys[user] ?? { current: "a", other: "none", since: "" };
}

/** Of the key in a slot: what the engine calls it. */
export function keyUrn(stack: OpenStack, user: string, slot: Slot): string {
  const type = "groundwork:users:ServiceUsers$aws:iam/accessKey:AccessKey";
  return `urn:pulumi:${stack.name}::${stack.settings.context.project}::${type}::users-${user}-key-${slot}`;
}

/** The keys of a user, as IAM has them, the oldest first. @throws FailedError in IAM's words. */
export async function keysInCloud(
  stack: OpenStack,
  user: string,
  checkpoint: Checkpoint,
): Promise<readonly UserKey[]> {
  const inState = new Map(
    slotNames.flatMap((slot) => {
      const urn = keyUrn(stack, user, slot);
      const found = checkpoint.resources?.find((one) => one.urn === urn && one.delete !== true);
      return found === undefined ? [] : [[found.id ?? "", slot] as const];
    }),
  );
  return withIam(stack, async (client, { GetAccessKeyLastUsedCommand, ListAccessKeysCommand }) => {
    const UserName = physicalName(stack.settings.context, user);
    const { AccessKeyMetadata: listed = [] } = await client.send(new ListAccessKeysCommand({ UserName }));
    const keys = await Promise.all(
      listed.map(
        async ({ AccessKeyId: id = "", CreateDate: made = new Date(0), Status }): Promise<UserKey> => {
          const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: id });
          const { AccessKeyLastUsed: last } = await client.send(command);
          const at = last?.LastUsedDate;
          const used = at && { at, service: last?.ServiceName ?? "", region: last?.Region ?? "" };
          return { id, slot: inState.get(id), isActive: Status !== "Inactive", made, used };
        },
      ),
    );
    return keys.sort((a, b) => a.made.getTime() - b.made.getTime());
  });
}

export async function deleteKey(stack: OpenStack, user: string, id: string): Promise<void> {
  await withIam(stack, (client, { DeleteAccessKeyCommand }) =>
    client.send(
      new DeleteAccessKeyCommand({ UserName: physicalName(stack.settings.context, user), AccessKeyId: id }),
    ),
  );
}

async function withIam<T>(
  stack: OpenStack,
  act: (client: iamModule.IAMClient, sdk: typeof iamModule) => Promise<T>,
): Promise<T> {
  const sdk = load("@aws-sdk/client-iam") as typeof iamModule;
  const client = new sdk.IAMClient(await awsClientConfig(stack));
  try {
    return await act(client, sdk);
  } catch (error) {
    throw new FailedError(
      `IAM could not be asked about the keys of ${stack.name}: ${describeAwsError(error)}. Nothing was touched.`,
    );
  } finally {
    client.destroy();
  }
}

/** Why the old key may not be deactivated yet, a sentence each without its end; nothing where it may. */
export function stillNeeded(
  old: UserKey,
  current: UserKey,
  { unusedHours }: UsersSettings["rotation"],
  now: Date,
): readonly string[] {
  const hours = (since: Date): number => (now.getTime() - since.getTime()) / 3_600_000;
  return [
    ...(hours(current.made) < unusedHours
      ? [
          `its successor ${current.id} is ${age(current.made, now)} old, and what still has the old one may not have shown yet: ` +
            `IAM's figure of the last use is up to 4 hours behind, and ${unusedHours} h are asked for`,
        ]
      : []),
    ...(old.used !== undefined && hours(old.used.at) < unusedHours
      ? [`it was used ${usedText(old, now)}`]
      : []),
  ];
}

export function age(since: Date, now: Date): string {
  return spanText(now.getTime() - since.getTime());
}

/** `5 h ago (s3 in eu-west-1)`, `not known to have been`. */
export function usedText({ used }: UserKey, now: Date): string {
  return used === undefined
    ? "not known to have been"
    : `${age(used.at, now)} ago (${used.service} in ${used.region})`;
}

/** What waits for it: every resource of the state that was given something of one of these, and what was given something of that. */
export function dependentsOf({ resources = [] }: Checkpoint, urns: readonly string[]): ReadonlySet<string> {
  const found = new Set(urns);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { dependencies, urn } of resources) {
      if (dependencies?.some((one) => found.has(one)) === true) {
        found.add(urn);
      }
    }
  }
  return found;
}

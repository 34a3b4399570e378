import { Option, type Command } from "commander";
import { createRequire } from "node:module";
import { approvedOperations, type ApprovedOperation } from "../../guard/approvals/approval";
import type * as approveModule from "./approve";
import type * as explainModule from "./explain";
import type * as listModule from "./list";
import type * as revokeModule from "./revoke";
import type { CommonOptions, Registration } from "../terminal/registration";
import { UsageError } from "../terminal/errors";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";

const load = createRequire(__filename);

interface GuardOptions extends CommonOptions {
  readonly id?: string;
  readonly operation?: ApprovedOperation;
  readonly for?: string;
  readonly reason?: string;
  readonly by?: string;
}

const actions = ["approve", "list", "revoke", "explain"] as const;

/** `groundwork guard STACK approve|list|revoke|explain`: what may be given up in spite of the guard, and what stands against a plan. */
export function addGuardCommand(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("guard"))
    .description(
      "explains refusals; approves one change that the guard refuses, once; lists and revokes approvals",
    )
    .usage(
      "[options] <stack> approve URN --id ID --operation OP --for TIME --reason TEXT | list | revoke ID|URN | explain",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(
      new ActionArgument(
        actions,
        "approve: writes an approval; list: every approval and whether it is valid; revoke: withdraws one; explain: why " +
          "the current plan is refused, and how to continue (exit 3 when it is refused)",
      ),
    )
    .argument(
      "[resource]",
      "approve: the resource's URN; revoke: its URN, its physical id, or the beginning of a seal",
    )
    .option("--id <id>", "approve: the resource's physical id, as in the refusal")
    .addOption(
      new Option("--operation <operation>", "approve: what may happen to it").choices(approvedOperations),
    )
    .option("--for <time>", "approve: how long it is valid: 90s, 30m, 1h, 2d; at most 7d")
    .option("--reason <text>", "approve, revoke: the reason, for the reviewer")
    .option(
      "--by <name>",
      "approve, revoke: who is responsible (default: git's user.name and user.email, else the login name)",
    )
    .action(async (a: string, b: string, resource: string | undefined, options: GuardOptions) => {
      const { stack, action } = stackAndAction("guard", [a, b], actions);
      refuseStrayOptions(action, resource, options);
      const context = contextOf(options);
      switch (action) {
        case "approve": {
          const { approve } = load("./approve") as typeof approveModule;
          exit(await approve(context, stack, { ...options, urn: resource }));
          break;
        }
        case "list": {
          const { listApprovals } = load("./list") as typeof listModule;
          exit(await listApprovals(context, stack));
          break;
        }
        case "revoke": {
          const { revoke } = load("./revoke") as typeof revokeModule;
          exit(await revoke(context, stack, { which: resource, reason: options.reason, by: options.by }));
          break;
        }
        case "explain": {
          const { explain } = load("./explain") as typeof explainModule;
          exit(await explain(context, stack));
          break;
        }
      }
    });
}

function refuseStrayOptions(
  action: (typeof actions)[number],
  resource: string | undefined,
  { id, operation, for: time, reason, by }: GuardOptions,
): void {
  const ofApprove = [id, operation, time].some((value) => value !== undefined);
  const ofBoth = [resource, reason, by].some((value) => value !== undefined);
  if ((action !== "approve" && ofApprove) || ((action === "list" || action === "explain") && ofBoth)) {
    throw new UsageError(
      "--id, --operation and --for are for approve, --reason and --by for approve and revoke; list and explain take the stack alone. " +
        "Nothing was touched.",
    );
  }
}

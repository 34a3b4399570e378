/** Flags of `pulumi` whose value is an argument of its own; only as far as a stack or a subcommand could be taken for it. */
const flagsWithValue = new Set(["-C", "--cwd", "--color", "-v", "--verbose", "--tracing", "--profiling"]);

/**
 * The stack that a call of `pulumi` names: `--stack dev`, `-s dev`, or the operand of `stack select` and `stack rm`.
 * Organization and project in front of the name are left out.
 */
export function namedStack(args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      break;
    }
    if (arg === "--stack" || arg === "-s") {
      return bareName(args[i + 1]);
    }
    const joined = /^(?:--stack=|-s=?)(.+)$/.exec(arg);
    if (joined !== null) {
      return bareName(joined[1]);
    }
  }
  const [first, second, operand] = words(args);
  return first === "stack" && ["select", "rm", "remove", "init"].includes(second ?? "")
    ? bareName(operand)
    : undefined;
}

/** The first one or two words of a call: "up", "stack output". */
export function subcommand(args: readonly string[]): string {
  const [first, second] = words(args);
  const nested = first === "stack" || first === "state" || first === "config";
  return [first, nested ? second : undefined].filter((word) => word !== undefined).join(" ");
}

/** Flags that show what the SDK says for debugging, or write it down; each may come from the environment too. */
const showingDebug = ["debug", "verbose", "logtostderr", "logflow", "tracing", "event-log", "otel-traces"];

/**
 * Whether what the SDK says for debugging may be seen in a call of `pulumi`. Where that is not sure it may: `-yd` has the flag in a
 * group, and `-sdev` might have.
 */
export function mayShowDebugMessages(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): boolean {
  const flag = new RegExp(`^(--(${showingDebug.join("|")})(=|$)|-[^-]*[dv])`);
  const isSet = (name: string): boolean => {
    const variable = `PULUMI_OPTION_${name.toUpperCase().replace("-", "_")}`;
    return !["", "false", "0"].includes(variables[variable] ?? "");
  };
  return args.some((arg) => flag.test(arg)) || showingDebug.some(isSet);
}

/** What is neither a flag nor the value of one. */
function words(args: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (flagsWithValue.has(arg)) {
      i++;
    } else if (!arg.startsWith("-")) {
      found.push(arg);
    }
  }
  return found;
}

function bareName(name: string | undefined): string | undefined {
  return name?.split("/").pop();
}

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountOf } from "../../operations/engine/rehearsal-session";
import { projectAt } from "../../operations/terminal/project";
import { readEnvironment } from "../../settings/environment";
import { Moto, motoPart } from "../../tests/support/moto";

/**
 * moto's server, brought as the tests bring it.
 *
 * @param account whose credentials it takes every key for.
 * @throws Error when there is no moto to be had here, with how to have it.
 */
export async function startMoto(account: string): Promise<Moto> {
  const python = await motoPart.find();
  if (python === undefined) throw new Error(`There is no moto here: ${motoPart.howToHave}.`);
  return Moto.start(python, { MOTO_ACCOUNT_ID: account });
}

/** The account that the program's stack is bound to. */
export function accountOfStack(stack: string): string {
  return accountOf(projectAt(process.cwd()), stack);
}

/** The engine's own run, in the rehearsal's environment, but with AWS played by moto behind the plugin on the PATH. */
const script = `
export PULUMI_DEBUG_PROVIDERS=$(printf %s "$PULUMI_DEBUG_PROVIDERS" | tr , '\\n' | grep -v '^aws:' | paste -sd, -)
export PATH="$1:$PATH" AWS_ENDPOINT_URL="$2" AWS_ACCESS_KEY_ID=AKIAMOTO AWS_SECRET_ACCESS_KEY=moto
"$GROUNDWORK_PULUMI" up --stack "$3" --yes --skip-preview --continue-on-error --suppress-outputs
echo $? > "$4/code"
"$GROUNDWORK_PULUMI" stack export --stack "$3" > "$4/state.json"
`;

/** How far a stack came up. */
export interface StoodUp {
  /** Exit code of the engine's run. */
  readonly code: number;
  /** How many resources of AWS the state has. */
  readonly resources: number;
}

/** Stands a stack up with the real AWS plugin before moto, everything else being rehearsed; all of it is forgotten afterwards. */
export async function standUp(stack: string, plugins: string, endpoint: string): Promise<StoodUp> {
  const directory = mkdtempSync(join(tmpdir(), "groundwork-stand-up-"));
  const args = [join("bin", "groundwork.js"), "exec", "--rehearse", "--", "sh", "-c", script, "sh"];
  const env = {
    ...readEnvironment(process.cwd()).variables,
    GROUNDWORK_REHEARSAL_DIR: join(directory, "rehearsal"),
    PULUMI_STACK: stack,
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(process.execPath, [...args, plugins, endpoint, stack, directory], {
        env,
        stdio: ["ignore", "inherit", "inherit"],
      });
      child.once("error", reject);
      child.once("exit", () => {
        resolve();
      });
    });
    const state = JSON.parse(readFileSync(join(directory, "state.json"), "utf8")) as State;
    const made = (state.deployment.resources ?? []).filter(({ type, id }) => type.startsWith("aws:") && id);
    return { code: Number(readFileSync(join(directory, "code"), "utf8")), resources: made.length };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface State {
  readonly deployment: { readonly resources?: readonly { readonly type: string; readonly id?: string }[] };
}

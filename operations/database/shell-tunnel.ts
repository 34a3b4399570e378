import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fleetClients } from "../fleet/clients";
import { readGroup } from "../fleet/group";
import { rolesOf } from "../fleet/role";
import { FailedError } from "../terminal/errors";
import { psqlVariables, type Login } from "./login";
import { passwordLine } from "./shell-pod";
import type { DatabaseServer } from "./server";

/** The session manager's own document for a port of another host. Source: AWS Systems Manager user guide, Start a session. */
const document = "AWS-StartPortForwardingSessionToRemoteHost";
const openSeconds = 60;

/** Fleets whose machines the database lets in, and on which people may have sessions. */
export function fleetsLetIn({ settings, stack }: DatabaseServer): readonly string[] {
  const named = (settings.allowedFrom ?? []).filter((name) => name.startsWith("fleet:"));
  return stack.settings.sections.fleets === undefined
    ? []
    : rolesOf(stack.settings)
        .filter(({ name, settings: of }) => named.includes(`fleet:${name}`) && of.access.enabled)
        .map(({ group }) => group);
}

/** A machine in service of one of the groups. @throws FailedError when there is none. */
export async function machineOf(server: DatabaseServer, groups: readonly string[]): Promise<string> {
  const clients = fleetClients(await server.aws());
  try {
    for (const name of groups) {
      const group = await readGroup(clients, name);
      const machine = group?.machines.find(({ healthy, lifecycle }) => healthy && lifecycle === "InService");
      if (machine !== undefined) return machine.id;
    }
  } finally {
    clients.close();
  }
  throw new FailedError(
    `No machine of ${groups.join(", ")} is in service, so that nothing leads to the database.`,
  );
}

/** The arguments of `aws` that lead a port of this machine to the database. */
export function tunnel(
  { endpoint, stack }: DatabaseServer,
  machine: string,
  localPort: number,
): readonly string[] {
  const [host = "", port = ""] = endpoint.split(":");
  const { login, region } = stack.settings.context;
  return [
    ...["ssm", "start-session", "--target", machine, "--region", region, "--document-name", document],
    ...[
      "--parameters",
      JSON.stringify({ host: [host], portNumber: [port], localPortNumber: [String(localPort)] }),
    ],
    // Whose role has been taken already (roleOf) comes by the environment.
    ...(login?.profile === undefined || login.assumeRoles.length > 0 ? [] : ["--profile", login.profile]),
  ];
}

/** Runs this machine's psql through the session manager. Returns its exit code; the tunnel and the password's file are gone then. */
export async function psqlThroughMachine(
  server: DatabaseServer,
  machine: string,
  {
    authorities,
    login,
    psql,
    variables,
  }: {
    readonly authorities: string;
    readonly login: Login;
    readonly psql: readonly string[];
    readonly variables: Readonly<NodeJS.ProcessEnv>;
  },
): Promise<number> {
  const { default: execa } = await import("execa");
  const localPort = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "groundwork-psql-"));
  const [passwordFile, authoritiesFile] = [
    path.join(folder, "password"),
    path.join(folder, "authorities.pem"),
  ];
  const own = { env: { ...variables, ...(await roleOf(server)) }, extendEnv: false, reject: false } as const;
  const session = execa("aws", [...tunnel(server, machine, localPort)], {
    ...{ ...own, stdin: "ignore", all: true },
    // A group of its own: Ctrl-C is for psql, and what `aws` starts ends with it.
    detached: true,
  });
  let said = "";
  let isOver = false;
  session.all?.on("data", (data: Buffer) => (said += data.toString()));
  void session.then(() => (isOver = true));
  try {
    writeFileSync(passwordFile, `${passwordLine(login)}\n`, { mode: 0o600 });
    writeFileSync(authoritiesFile, authorities, {
      mode: 0o600,
    });
    for (const end = Date.now() + openSeconds * 1000; !(await answers(localPort)); await sleep(250)) {
      if (isOver || Date.now() > end) {
        throw new FailedError(
          `The session manager opened no way through ${machine}: ${said.trim() || "it said nothing"}`,
        );
      }
    }
    const { exitCode } = await execa("psql", [...psql], {
      ...{ extendEnv: false, reject: false, stdio: "inherit" },
      env: {
        ...variables,
        // The name that the certificate is of, and the address that leads there.
        PGHOST: server.endpoint.split(":")[0],
        PGHOSTADDR: "127.0.0.1",
        PGPORT: String(localPort),
        ...psqlVariables(login, { password: passwordFile, authorities: authoritiesFile }),
      },
    });
    return exitCode ?? 1;
  } finally {
    if (session.pid !== undefined && !isOver) {
      process.kill(-session.pid);
    }
    await session;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The role of aws:assumeRoles, for a program that knows nothing of it; nothing without. */
async function roleOf(server: DatabaseServer): Promise<Readonly<NodeJS.ProcessEnv>> {
  const { credentials } = await server.aws();
  if (typeof credentials !== "function") return {};
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

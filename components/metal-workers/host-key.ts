import * as pulumi from "@pulumi/pulumi";
import { Command } from "@pulumi/command/local/command";
import { quoted } from "./script";
import type { Machine } from "./machine-source";

/** POSIX shell: prints what the command printed when the machine was new. */
const KEEP_KEY = 'printf "%s\\n" "$PULUMI_COMMAND_STDOUT"';

/**
 * The key that a new machine shows when SSH first answers, kept in the state: from then on no other is taken
 * (docs/adr/0014-metal-workers.md says what that is worth). Asked for by ssh-keyscan on the machine that runs the program.
 *
 * ECDSA first: Go's SSH library, which the steps connect by, agrees with a server on that before all others, and then
 * refuses any other of the server's keys.
 *
 * @param seconds How long the machine may take until SSH answers.
 */
export function firstHostKey(
  name: string,
  { id, address, port }: Machine,
  seconds: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const command = new Command(
    `${name}-host-key`,
    {
      create: pulumi.output(address).apply((host) => keyScan(name, host, port, seconds)),
      // Another address, port or patience is no other machine: the key stays, and whoever answers there now is not asked.
      update: KEEP_KEY,
      triggers: [id],
      logging: "none",
      addPreviousOutputInEnv: true,
    },
    { ...opts, customTimeouts: { create: `${seconds + 60}s`, update: `${seconds + 60}s` } },
  );
  return command.stdout;
}

/** POSIX shell: prints the key's type and text. */
export function keyScan(name: string, host: string, port: number, seconds: number): string {
  return [
    `end=$(($(date +%s) + ${seconds}))`,
    "while :; do",
    `  keys=$(ssh-keyscan -T 10 -p ${port} -t ecdsa,ed25519 -- ${quoted(host)} 2>/dev/null)`,
    "  for type in ecdsa-sha2- ssh-ed25519; do",
    `    key=$(printf '%s\\n' "$keys" | awk -v type="$type" 'index($2, type) == 1 { print $2 " " $3; exit }')`,
    `    [ -z "$key" ] || { printf '%s\\n' "$key"; exit 0; }`,
    "  done",
    '  [ "$(date +%s)" -lt "$end" ] || break',
    "  sleep 5",
    "done",
    `echo ${quoted(`${name}, step host-key: SSH at ${host} port ${port} showed no key within ${seconds} seconds.`)} >&2`,
    "exit 1",
  ].join("\n");
}

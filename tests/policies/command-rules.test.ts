import { checkedHosts } from "../../policies/rules/command/checked-hosts";
import { noSecrets } from "../../policies/rules/command/no-secrets";
import { quiet } from "../../policies/rules/command/quiet";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const REMOTE = "command:remote:Command";
const LOCAL = "command:local:Command";
const COPY = "command:remote:CopyToRemote";
const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4sBM1p9VX4hPnpCMYZrjCdcTOtVqRMrcvxVcWDbVZf";

describeRule(checkedHosts, {
  passes: [
    { title: "a known key", type: REMOTE, props: { connection: { host: "h", hostKey } } },
    {
      title: "a key that only the new machine will show",
      type: REMOTE,
      props: { connection: { host: UNKNOWN, hostKey: UNKNOWN } },
    },
    {
      title: "a connection that is all secret, and so all unknown",
      type: REMOTE,
      props: { connection: UNKNOWN },
    },
  ],
  refuses: [
    {
      title: "no key, and an empty one on the way there",
      type: COPY,
      props: { connection: { host: "h", proxy: { host: "p", hostKey: "" } } },
      says: [
        "connection.hostKey is not set: whoever answers would be believed. Give it the machine's public key.",
        "connection.proxy.hostKey is empty: whoever answers would be believed. Give it the machine's public key.",
      ],
    },
  ],
  unknown: [
    {
      title: "which machine it is, with no key,",
      type: REMOTE,
      props: { connection: { host: UNKNOWN } },
      says: [
        "connection.hostKey is not set: whoever answers would be believed. Give it the machine's public key.",
      ],
    },
  ],
  ignores: [{ title: "a command that runs here", type: LOCAL, props: { create: "true" } }],
});

describeRule(quiet, {
  passes: [
    { title: "a quiet command", type: REMOTE, props: { logging: "none" } },
    { title: "a copy, which prints nothing", type: COPY, props: {} },
  ],
  refuses: [
    {
      title: "one that is logged, as it is by default",
      type: REMOTE,
      props: {},
      says: [
        "logging is not set. Set it to none: what a command prints would be in everybody's log of the run.",
      ],
    },
  ],
  unknown: [
    {
      title: "a logging that is not known",
      type: REMOTE,
      props: { logging: UNKNOWN },
      says: [notKnown("logging")],
    },
  ],
  ignores: [{ title: "a command that runs here", type: LOCAL, props: {} }],
});

describeRule(noSecrets, {
  passes: [
    {
      title: "a secret on standard input",
      type: REMOTE,
      props: { create: "exec bash -s", stdin: "token=0123456789abcdef" },
    },
  ],
  refuses: [
    {
      title: "secrets in the command line and in a variable",
      type: REMOTE,
      props: { create: "login --password=hunter2hunter2", environment: { API_TOKEN: "0123456789abcdef" } },
      says: [
        "create holds something called a password, secret, token or key, with its value. Send it as standard input, marked as secret.",
        "environment.API_TOKEN holds something called a password, secret, token or key, with its value. Send it as standard input, marked as secret.",
      ],
    },
  ],
  unknown: [
    {
      title: "a command line that is not known",
      type: REMOTE,
      props: { create: UNKNOWN },
      says: [notKnown("create")],
    },
  ],
  ignores: [
    { title: "a command that runs here", type: LOCAL, props: { create: "x --password=hunter2hunter2" } },
  ],
});

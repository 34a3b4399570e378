/** What the help of a command says besides its description, its arguments and its options. */
export interface CommandHelp {
  /** In the list of all commands; at most 60 characters. A command below another is listed with its description. */
  readonly summary?: string;
  readonly group?: (typeof groups)[number];
  /** Calls as they are typed, and what each does. Tests run them against the rehearsal. */
  readonly examples: readonly (readonly [call: string, what: string])[];
  /** The page that says more, from the project's folder. */
  readonly page: string;
  /** Where in the stack file the values of an argument are, for completion: the keys of a mapping. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Headings of the list of all commands, in its order. */
export const groups = [
  "Every day:",
  "Applications:",
  "Machines:",
  "Versions and review:",
  "State, secrets and guard:",
  "Help:",
] as const;

const runbook = (name: string): string => `docs/runbooks/${name}.md`;

/** By the words of the command. A test says which has none. */
export const commandHelp: Readonly<Record<string, CommandHelp>> = {
  rehearse: {
    summary: "stand a stack up in the rehearsal cloud",
    group: "Every day:",
    examples: [
      ["./groundwork rehearse", "stand the stack dev up, with no account anywhere"],
      ["./groundwork rehearse dev --fresh", "the same, in an empty cloud"],
    ],
    page: "docs/rehearsal.md",
  },
  new: {
    summary: "write the file of a new stack",
    group: "Every day:",
    examples: [
      [
        "./groundwork new acme --aws-account 111122223333 --region eu-west-1 --size small --yes",
        "write Pulumi.acme.yaml with a queue in it",
      ],
    ],
    page: runbook("new-stack"),
  },
  preview: {
    summary: "show what `up` would change, lose and break",
    group: "Every day:",
    examples: [
      ["./groundwork preview dev", "read the cloud, and show what would change"],
      [
        "./groundwork preview dev --no-refresh --markdown comment.md --page review.html",
        "write it for a review too",
      ],
      ["./groundwork preview dev --expect-no-changes", "exit 4 when there is anything to change"],
    ],
    page: "docs/review.md",
  },
  drift: {
    summary: "show what others have changed in the cloud",
    group: "Every day:",
    examples: [["./groundwork drift dev", "what moved outside of runs, and what `up` does about it"]],
    page: runbook("drift"),
  },
  timeline: {
    summary: "say how long `up` would take, and why",
    group: "Every day:",
    examples: [
      ["./groundwork timeline dev", "the time that `up` takes"],
      ["./groundwork timeline dev --destroy", "the time that taking it down takes"],
    ],
    page: "docs/timeline.md",
  },
  up: {
    summary: "preview, ask, and make the changes",
    group: "Every day:",
    examples: [
      ["./groundwork up dev", "preview, judge, ask, apply"],
      [
        "./groundwork up dev --plan plan.sealed",
        "apply exactly what `preview dev --out plan.sealed` has sealed",
      ],
    ],
    page: runbook("apply"),
  },
  adopt: {
    summary: "write what AWS has moved by itself into the stack file",
    group: "Every day:",
    examples: [["./groundwork adopt dev", "storage that has grown, versions that were raised"]],
    page: runbook("drift"),
  },
  destroy: {
    summary: "take a stack down; refused while the guard holds data",
    group: "Every day:",
    examples: [
      ["./groundwork destroy dev", "say what goes and what stays, ask, take it down"],
      ["./groundwork destroy dev --out plan.sealed", "only seal the list, for a review"],
    ],
    page: runbook("destroy"),
  },
  iam: {
    summary: "print a service user's key, secret and URLs",
    group: "Applications:",
    examples: [
      ["./groundwork iam dev report_writer", "key, secret and ready-made URLs"],
      ["./groundwork iam dev report_writer status", "its keys: age, last use, which one is given out"],
      ["./groundwork iam dev report_writer rotate", "a new key beside the old one, tried, then given out"],
    ],
    page: runbook("service-users"),
    values: { user: "users" },
  },
  kubeconfig: {
    summary: "print the cluster's kubeconfig",
    group: "Applications:",
    examples: [["./groundwork kubeconfig dev > dev.kubeconfig", "for kubectl, with no credential in it"]],
    page: runbook("cluster"),
  },
  database: {
    summary: "the database: status, passwords, psql, backups, restore",
    group: "Applications:",
    examples: [
      ["./groundwork database dev status", "size, version, backups, and what waits for its window"],
      ["./groundwork database dev password users_app", "a role's password, to a terminal only"],
      ["./groundwork database dev backups", "every backup, each with the call that restores it"],
      ["./groundwork database dev restore --latest", "a new instance beside the old one"],
    ],
    page: runbook("database-access"),
  },
  smoke: {
    summary: "try the cluster with a small web server",
    group: "Applications:",
    examples: [["./groundwork smoke dev", "deploy it, update it under load, take it down"]],
    page: runbook("smoke"),
  },
  dns: {
    summary: "check the delegation of the stack's domain",
    group: "Applications:",
    examples: [["./groundwork dns dev check", "compare the parent's name servers with the zone's own"]],
    page: runbook("dns"),
  },
  queues: {
    summary: "remove queues that nobody uses any more",
    group: "Applications:",
    examples: [["./groundwork queues dev clean --idle 14d --dry-run", "list those unused for two weeks"]],
    page: runbook("queues"),
  },
  nodes: {
    summary: "change the number of a group's nodes",
    group: "Machines:",
    examples: [["./groundwork nodes dev default +1", "one node more, in the stack file; `up` makes it"]],
    page: runbook("nodes"),
    values: { group: "cluster.nodeGroups" },
  },
  fleet: {
    summary: "list a role's machines, or replace them one by one",
    group: "Machines:",
    examples: [
      ["./groundwork fleet dev status api", "the machines of the role api"],
      ["./groundwork fleet dev roll api", "replace them; what does not serve is rolled back"],
    ],
    page: runbook("fleets"),
    values: { role: "fleets" },
  },
  access: {
    summary: "let a person have sessions on machines for a while",
    group: "Machines:",
    examples: [
      ["./groundwork access dev list", "who has access, and until when"],
      ["./groundwork access dev vpn grant ann --for 2h", "the IAM user ann, on the role's machines"],
    ],
    page: runbook("access"),
    values: { words: "fleets" },
  },
  workers: {
    summary: "list, replace or drain workers on machines of their own",
    group: "Machines:",
    examples: [
      ["./groundwork workers prod list", "each slot and its machine"],
      ["./groundwork workers prod replace 1", "destroy and build that one, and nothing else"],
    ],
    page: runbook("workers"),
  },
  image: {
    summary: "build, deploy, list and remove images of workers",
    group: "Machines:",
    examples: [["./groundwork image dev build list", "the images of the worker group build"]],
    page: runbook("worker-images"),
    values: { group: "workerGroups" },
  },
  releases: {
    summary: "show every pinned version and its age; write newer ones",
    group: "Versions and review:",
    examples: [
      ["./groundwork releases dev", "what is pinned, how old it is, what is newest"],
      ["./groundwork releases dev bump amazon-linux", "write the newest release into the stack file"],
    ],
    page: runbook("releases"),
  },
  promote: {
    summary: "carry proven versions from one stack to another",
    group: "Versions and review:",
    examples: [["./groundwork promote dev prod --dry-run", "show what would be written into prod's file"]],
    page: runbook("promotion"),
    values: { to: "stacks" },
  },
  ci: {
    summary: "say what a job of CI needs to know",
    group: "Versions and review:",
    examples: [
      ["./groundwork ci", "the stacks that CI runs"],
      ["./groundwork ci dev apply", "role, region, environment and backend"],
    ],
    page: "docs/ci.md",
  },
  "stack init": {
    examples: [
      [
        "./groundwork stack init dev --secrets-provider 'awskms:///alias/dev?region=eu-west-1'",
        "its secrets encrypted by a key of KMS",
      ],
    ],
    page: runbook("state"),
  },
  "stack change-secrets-provider": {
    examples: [
      [
        "./groundwork stack change-secrets-provider dev --secrets-provider 'awskms:///alias/new?region=eu-west-1'",
        "the same secrets, encrypted by another key",
      ],
    ],
    page: runbook("state-secrets-key"),
  },
  "state init": {
    examples: [
      ["./groundwork state init dev", "make the container of groundwork:state, and move the state there"],
    ],
    page: runbook("state"),
  },
  "state move": {
    examples: [["./groundwork state move dev --to file:///srv/state", "to a folder"]],
    page: runbook("state-move"),
  },
  "state lock": {
    examples: [["./groundwork state lock dev", "who holds it, since when, and what had begun"]],
    page: runbook("state-lock"),
  },
  "state unlock": {
    examples: [["./groundwork state unlock dev", "break the lock of a run that is gone"]],
    page: runbook("state-lock"),
  },
  "state backup": {
    examples: [
      ["./groundwork state backup dev --file dev-state.json", "a copy beside the state, and one in a file"],
    ],
    page: runbook("state-restore"),
  },
  "state history": {
    examples: [["./groundwork state history dev", "the newest earlier states"]],
    page: runbook("state-restore"),
  },
  "state restore": {
    examples: [
      ["./groundwork state restore dev --version 20261201T030000Z", "one that `state history` lists"],
    ],
    page: runbook("state-restore"),
  },
  secrets: {
    summary: "say which secrets are set and right, and set them",
    group: "State, secrets and guard:",
    examples: [
      ["./groundwork secrets dev list", "which there are, and which are set"],
      ["./groundwork secrets dev check", "decrypt them and judge their form"],
    ],
    page: runbook("secrets"),
  },
  guard: {
    summary: "explain refusals; approve that one thing is given up",
    group: "State, secrets and guard:",
    examples: [
      ["./groundwork guard dev explain", "what the present plan is refused for"],
      ["./groundwork guard dev list", "every approval, and whether it is valid"],
    ],
    page: "docs/guard.md",
  },
  stack: {
    summary: "make a stack in the backend; choose its key",
    group: "State, secrets and guard:",
    examples: [],
    page: runbook("state"),
  },
  state: {
    summary: "see and break locks; go back to earlier states",
    group: "State, secrets and guard:",
    examples: [],
    page: runbook("state"),
  },
  doctor: {
    summary: "look for what would stop a run, and for lost machines",
    group: "Help:",
    examples: [["./groundwork doctor dev", "who acts, tools, backend, quotas, DNS, certificates"]],
    page: runbook("doctor"),
  },
  explain: {
    summary: "explain a setting of the stack files",
    group: "Help:",
    examples: [
      ["./groundwork explain database", "the settings of a section"],
      ["./groundwork explain database.backupRetentionDays", "one setting: what, default, why"],
    ],
    page: "docs/settings.md",
  },
  exec: {
    summary: "run any command with groundwork's engine",
    group: "Help:",
    examples: [["./groundwork exec -- pulumi stack --stack dev", "any command of Pulumi's"]],
    page: "docs/architecture.md",
  },
  completion: {
    summary: "print the completion of commands for a shell",
    group: "Help:",
    examples: [
      ["./groundwork completion bash", "for ~/.bashrc: `source <(…)` with this call"],
      ["./groundwork completion zsh", "for ~/.zshrc in the same way, after compinit"],
    ],
    page: "docs/commands.md",
  },
};

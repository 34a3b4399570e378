// Which file may import which: the rules of docs/adr/0001-structure.md, checked by `npm run lint`. Types count as imports, and so do
// the modules that a command loads late (`load("./up")`). Who needs an arrow that is not here changes the ADR's table with it.

/** A rule: files under `from` import what `mayImport` names, files beside them, and packages. */
function only(name, comment, from, mayImport, fromNot = "^$") {
  return {
    name,
    comment,
    severity: "error",
    from: { path: from, pathNot: fromNot },
    to: { dependencyTypes: ["local"], pathNot: [from, ...mayImport] },
  };
}

/** Files that lie at operations/ or guard/ itself, not in a room of theirs. */
const guardGround = "^guard/[^/]+[.]ts$";

/** The rooms that every noun of the command line stands on, from the ground up. */
const [terminal, engine, backend, plan, page] = ["terminal", "engine", "backend", "plan", "page"].map(
  (room) => `^operations/${room}/`,
);
const settingsAndGuard = ["^settings/", "^guard/"];
/** What a command may need of a neighbouring folder. */
const outsideOperations = "^(settings|guard|components|rehearsal|toolchain)/";

/**
 * What commands may take of components/: names, and values without a resource in them. Whatever imports a Pulumi package is not for here:
 * a command would start half a second later.
 */
const namesOfComponents = [
  "^components/(arns|iam-place|names|policy-document)[.]ts$",
  "^components/cluster/kubeconfig[.]ts$",
  "^components/fleets/fleet-data[.]ts$",
  "^components/database-bootstrap/(files|names)[.]ts$",
  "^components/kubernetes/(dns-egress|labels|restricted)[.]ts$",
  "^components/metal-workers/(script|slot-identity|steps)[.]ts$",
  "^components/sessions/session-names[.]ts$",
  "^components/state-backend/address[.]ts$",
  "^components/worker-groups/group-data[.]ts$",
  "^components/worker-images/(image-names|parameter-name)[.]ts$",
];

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "Files that import each other in a circle are one file that nobody can read alone. Types count.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "nothing-imports-tests-or-bench",
      comment: "What runs for people stands without what tries it. A test may take the events of bench/.",
      severity: "error",
      from: { pathNot: "^(tests|bench)/" },
      to: { path: "^(tests|bench)/" },
    },
    {
      name: "every-folder-has-its-row",
      comment: "A new folder at the top gets a row in the ADR's table, a rule below, and its name here.",
      severity: "error",
      from: {
        path: "^[^/]+/",
        pathNot:
          "^(bench|bin|components|guard|operations|policies|rehearsal|settings|state|tests|toolchain)/",
      },
      to: {},
    },

    // The folders at the top.
    only("program", "index.ts is a table of contents.", "^index[.]ts$", ["^settings/", "^components/"]),
    only("guard-imports-nothing", "Pure knowledge: it does not know who asks.", "^guard/", []),
    only("settings", "Settings are checked against what the guard demands.", "^settings/", ["^guard/"]),
    only("components", "A component is built from settings, and guarded.", "^components/", settingsAndGuard),
    only("policies", "A rule asks the guard; the pack starts as the program does.", "^policies/", [
      ...settingsAndGuard,
      "^bin/register-typescript[.]js$",
    ]),
    only("operations", "Commands know everything but the program.", "^operations/", [outsideOperations]),
    {
      name: "operations-take-names-of-components",
      comment: "Names and plain values only: no Pulumi package loads with a command.",
      severity: "error",
      from: { path: "^operations/" },
      to: { path: "^components/", pathNot: namesOfComponents },
    },
    only("rehearsal-imports-nothing", "The local cloud knows clouds, not us.", "^rehearsal/", []),
    only(
      "toolchain-imports-nothing",
      "The engine is found before anything else is; its version stands in package.json.",
      "^toolchain/",
      ["^package[.]json$"],
    ),
    only("state", "The second program, of the container that holds the state.", "^state/", [
      "^components/",
      "^settings/",
    ]),
    only("bin", "What Node.js starts; it loads operations/cli.ts by its path.", "^bin/", []),
    only(
      "bench",
      "Measures what a preview waits for.",
      "^bench/",
      [...settingsAndGuard, "^operations/"],
      "^bench/honesty/",
    ),
    only("honesty", "Asks real providers and the rehearsal's the same questions.", "^bench/honesty/", [
      "^settings/",
      "^operations/(engine|terminal)/",
      "^rehearsal/",
      "^tests/support/moto[.]ts$",
    ]),

    // Within operations/, arrows go down: terminal, engine, backend, plan, page, the nouns, command-line.ts, cli.ts.
    only("operations-terminal", "What a call and its answer look like.", terminal, [outsideOperations]),
    only("operations-engine", "Pulumi's engine, for real or rehearsed.", engine, [
      terminal,
      outsideOperations,
    ]),
    only("operations-backend", "Where the state lies.", backend, [terminal, engine, outsideOperations]),
    only("operations-plan", "What a run would do, judged and carried out.", plan, [
      ...[terminal, engine, backend],
      outsideOperations,
    ]),
    only("operations-page", "What a plan, or a run, looks like in a browser.", page, [
      ...[terminal, engine, backend, plan],
      outsideOperations,
    ]),
    only(
      "operations-noun",
      "A noun of the command line stands on the shared rooms and knows no other noun.",
      "^operations/([^/]+)/",
      ["^operations/$1/", terminal, engine, backend, plan, page, outsideOperations],
      "^operations/(terminal|engine|backend|plan|page|stack|doctor|access)/",
    ),
    only(
      "operations-stack",
      "Stands a stack up and takes it down, with an early look by the doctor.",
      "^operations/stack/",
      [...["^operations/doctor/", terminal, engine, backend, plan, page], outsideOperations],
    ),
    only("operations-doctor", "Looks at everything that a run needs.", "^operations/doctor/", [
      ...["^operations/(workers|dns|releases)/", terminal, engine, backend, plan],
      outsideOperations,
    ]),
    only("operations-access", "Sessions on the machines of a fleet's role.", "^operations/access/", [
      ...["^operations/fleet/", terminal, engine, backend, plan],
      outsideOperations,
    ]),
    only("operations-command-line", "Puts the nouns together.", "^operations/command-line[.]ts$", [
      terminal,
      "^operations/[^/]+/commands[.]ts$",
    ]),
    only("operations-cli", "Runs one call.", "^operations/cli[.]ts$", [
      "^operations/command-line[.]ts$",
      terminal,
      ...settingsAndGuard,
    ]),

    // Within guard/, arrows go down: the ground (files at guard/), life, catalogue, approvals, judge, memory; rules stands beside.
    only("guard-ground", "Words that every room uses.", guardGround, []),
    only("guard-life", "How long what a resource holds lives.", "^guard/life/", [guardGround]),
    only("guard-catalogue", "Which types hold data.", "^guard/catalogue/", [guardGround, "^guard/life/"]),
    only("guard-approvals", "What has been given up on purpose.", "^guard/approvals/", [guardGround]),
    only("guard-judge", "What a step would lose.", "^guard/judge/", [
      guardGround,
      "^guard/(life|catalogue|approvals)/",
    ]),
    only("guard-memory", "What there was, against what there is.", "^guard/memory/", [
      guardGround,
      "^guard/(life|catalogue|approvals|judge)/",
    ]),
    only("guard-service", "Whom a step takes service from.", "^guard/service/", [guardGround]),
    only("guard-rules", "What an ordinary policy refuses.", "^guard/rules/", [
      guardGround,
      "^guard/(life|catalogue)/",
    ]),
  ],
  options: {
    // Packages are knip's (knip.json).
    exclude: { path: "node_modules|^[.](rehearsal|cache)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exoticRequireStrings: ["load"],
  },
};

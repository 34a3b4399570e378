/** Place of a resource by its URN. */
const placeOf = new Map(given.resources.map(({ urn }, place) => [urn, place]));

/** A resource's name that leads to it in the graph. @param {string} urn */
function toGraph(urn) {
  const place = placeOf.get(urn);
  const { type = "", name = nameOf(urn) } = given.resources[place ?? -1] ?? {};
  const text = `${type} ${name}`.trim();
  return place === undefined
    ? text
    : el("a", { href: "#graph", click: () => graph.find(place), title: "Show it in the graph" }, text);
}

/** Texts with commands in backticks. @param {string} text */
function prose(text) {
  return text.split("`").map((part, place) => (place % 2 === 1 ? el("code", {}, part) : part));
}

const levels = { refused: ["!", "Refused"], attention: ["▲", "Look at"], note: ["i", "Note"] };

function findings() {
  return given.findings.map(({ level, by, title, rows, urns }) => {
    const [sign = "", word = ""] = levels[level];
    return el(
      `article.finding.level-${level}`,
      {},
      el("p.by", {}, el("span", { "aria-hidden": "true" }, `${sign} `), `${word}: ${by}`),
      el("h3", {}, ...prose(title)),
      rows.length > 0 &&
        el(
          "dl",
          {},
          ...rows.flatMap(([head, text]) => [
            el("dt", {}, head),
            el("dd", {}, ...(head === "approve" ? [el("code", {}, text)] : prose(text))),
          ]),
        ),
      urns.length > 0 &&
        el(
          "p.quiet",
          {},
          "About ",
          ...urns.slice(0, 12).flatMap((urn, place) => [place > 0 && ", ", toGraph(urn)]),
          urns.length > 12 && ` and ${urns.length - 12} more`,
        ),
    );
  });
}

/** @param {unknown} value */
function valueText(value) {
  return value === null || value === undefined
    ? ""
    : typeof value === "string"
      ? value
      : JSON.stringify(value, undefined, 1);
}

/** Old and new of a property; of a text of several lines the lines that differ. @param {PageDocument["changes"][number]["diff"][number]} diff */
function propertyRow({ path, from, to, forcesReplacement }) {
  const [before, after] = [valueText(from), valueText(to)];
  const isLong = before.includes("\n") || after.includes("\n");
  const value = (
    /** @type {"del" | "ins"} */ tag,
    /** @type {unknown} */ original,
    /** @type {string} */ text,
  ) =>
    original === null || original === undefined
      ? el("span.quiet", {}, "nothing")
      : el(tag, {}, el("span.hidden", {}, tag === "del" ? "old: " : "new: "), text);
  return el(
    "div.property",
    {},
    el("dt", {}, el("code", {}, path), forcesReplacement && el("span.forces", {}, "forces replacement")),
    isLong
      ? el("dd.lines", {}, ...linesOf(before, after))
      : el(
          "dd",
          {},
          value("del", from, before),
          el("span.arrow", { "aria-label": "becomes" }, "→"),
          value("ins", to, after),
        ),
  );
}

/** The lines that differ, with two around them: what is the same at both ends is left out. @param {string} before @param {string} after */
function linesOf(before, after) {
  const [old, wanted] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < old.length && head < wanted.length && old[head] === wanted[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < Math.min(old.length, wanted.length) - head && old.at(-1 - tail) === wanted.at(-1 - tail)) {
    tail += 1;
  }
  const line = (/** @type {string} */ tag, /** @type {string} */ sign) => (/** @type {string} */ text) =>
    el(tag, {}, el("span", { "aria-hidden": "true" }, sign), text);
  return [
    ...old.slice(Math.max(0, head - 2), head).map(line("span", "  ")),
    ...old.slice(head, old.length - tail).map(line("del", "− ")),
    ...wanted.slice(head, wanted.length - tail).map(line("ins", "+ ")),
    ...old.slice(old.length - tail, old.length - tail + 2).map(line("span", "  ")),
  ];
}

/** @param {PageDocument["changes"][number]} change */
function changeCard({ urn, op, id, diff, verdict, component }) {
  return el(
    `article.change.fate-${verdict.kind === "refused" ? "refused" : op}`,
    {},
    el("h4", {}, badge(verdict.kind === "refused" ? "refused" : op), " ", toGraph(urn)),
    el(
      "p",
      {},
      verdict.words.charAt(0).toUpperCase() + verdict.words.slice(1),
      verdict.when !== undefined && ` (${verdict.when})`,
    ),
    el("p.quiet", {}, component, id !== null && [", ", id].join("")),
    diff.length > 0 && el("dl.diff", {}, ...diff.map(propertyRow)),
  );
}

const causeWords = {
  setting: "",
  drift: "Moved outside, and put back",
  approval: "Because of an approval",
  program: "The program, a pinned version or a provider changed",
  "not known": "Cause not known",
};

/** What has old and new, by the setting that caused it; what is made or taken over as a whole, by component. */
function changes() {
  const isWhole = (/** @type {PageDocument["changes"][number]} */ { op, verdict }) =>
    ["create", "import", "read"].includes(op) && verdict.kind !== "refused" && verdict.kind !== "interrupts";
  /** @type {Map<string, PageDocument["changes"][number][]>} */
  const groups = new Map();
  for (const change of given.changes.filter((one) => !isWhole(one))) {
    const { setting, cause } = change;
    const key = setting === null ? causeWords[cause] : setting.path;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  /** @type {Map<string, PageDocument["changes"][number][]>} */
  const made = new Map();
  for (const change of given.changes.filter(isWhole)) {
    made.set(change.component, [...(made.get(change.component) ?? []), change]);
  }
  return [
    ...[...groups].map(([title, members]) => {
      const setting = members[0]?.setting ?? null;
      return el(
        "section.group",
        {},
        el(
          "h3",
          {},
          setting === null ? title : el("code", {}, title),
          setting !== null && el("span.quiet", {}, ` ${setting.file}:${setting.line}`),
        ),
        ...members.map(changeCard),
      );
    }),
    ...(made.size > 0 ? [el("h3", {}, groups.size > 0 ? "What is new besides" : "What is new")] : []),
    ...[...made].map(([component, members]) =>
      el(
        "details",
        {},
        el("summary", {}, `${component}: ${count(members.length, "resource")}`),
        el("ul.plain", {}, ...members.map(({ urn, op }) => el("li", {}, badge(op), " ", toGraph(urn)))),
      ),
    ),
  ];
}

const willBe = /** @type {Record<string, string>} */ ({
  nothing: "nothing; a run takes it out of the state",
  kept: "kept as it is",
});

function drift() {
  if (given.drift === null) {
    return [el("p", {}, "The cloud was not read: what moved in it since the last run is not known.")];
  }
  const { moved, byDesign } = given.drift;
  const rows = moved.flatMap(({ urn, isGone, properties, willBe: all }) =>
    isGone
      ? [[toGraph(urn), "is gone", "", "", willBe[all] ?? all]]
      : properties.map(({ path, from, to, willBe: what, note }) => [
          toGraph(urn),
          el("code", {}, path),
          el("code", {}, valueText(from)),
          el("code", {}, valueText(to)),
          (willBe[what] ?? what) + (note === undefined ? "" : `; ${note}`),
        ]),
  );
  return [
    rows.length === 0
      ? el("p", {}, "Nothing moved outside of runs.")
      : table("What moved outside of runs", ["Resource", "Property", "Was", "Is", "Will be"], rows),
    byDesign.length > 0 &&
      el(
        "p.quiet",
        {},
        `${count(byDesign.length, "property", "properties")} moved as meant: ${[...new Set(byDesign.map(({ reason }) => reason))].join("; ")}.`,
      ),
  ];
}

/** The graph for who does not see it: what there is, with what it needs. @param {number | null} within */
function list(within) {
  return el(
    "ul",
    {},
    ...given.resources.flatMap((resource, place) => {
      if (resource.within !== within) {
        return [];
      }
      const { name, type, fate, isComponent, needs } = resource;
      const needed = needs.map((other) => given.resources[other]?.name ?? "").join(", ");
      return [
        el(
          "li",
          {},
          isComponent ? el("strong", {}, name) : name,
          ` ${type}: ${fateOf(fate).word}${needed === "" ? "" : `; needs ${needed}`}`,
          isComponent && list(place),
        ),
      ];
    }),
  );
}

function wiring() {
  const all = el("details", {}, el("summary", {}, "The same as a list"));
  // Hundreds of entries that few open.
  all.addEventListener("toggle", () => all.children.length === 1 && all.append(list(null)), { once: true });
  const legend = Object.keys(fates).filter(
    (fate) => fate !== "refresh" && given.resources.some((one) => one.fate === fate && !one.isComponent),
  );
  return [el("p.legend", {}, ...legend.map((fate) => badge(fate))), graph.element, all];
}

/** Steps that are shown at first: the critical path, and what takes long. */
const mostSteps = 40;

/** @param {NonNullable<PageDocument["timeline"]>} timeline */
function timeline({ seconds, boundSeconds, criticalPath, steps }) {
  const critical = new Set(criticalPath.map(({ urn, startsAt }) => `${urn} ${startsAt}`));
  const isCritical = (/** @type {{ urn: string, startsAt: number }} */ { urn, startsAt }) =>
    critical.has(`${urn} ${startsAt}`);
  const longest = new Set(
    [...steps]
      .sort((a, b) => Number(isCritical(b)) - Number(isCritical(a)) || b.seconds - a.seconds)
      .slice(0, mostSteps),
  );
  const rows = (/** @type {typeof steps} */ shown) =>
    shown.map((step) => {
      const { urn, op, startsAt, seconds: takes } = step;
      const bar = el(`span.step.fate-${op}${isCritical(step) ? ".critical" : ""}`, {});
      bar.style.marginLeft = `${(100 * startsAt) / seconds}%`;
      bar.style.width = `${Math.max(0.4, (100 * takes) / seconds)}%`;
      return [
        el("span", {}, isCritical(step) && el("strong", {}, "● critical "), toGraph(urn)),
        badge(op),
        span(startsAt),
        span(takes),
        el("span.track", { "aria-hidden": "true" }, bar),
      ];
    });
  const heads = ["Step", "What", "Starts after", "Takes", "In time"];
  const part = el(
    "div.gantt",
    {},
    table(
      "The longest steps, and those of the critical path",
      heads,
      rows(steps.filter((step) => longest.has(step))),
    ),
  );
  const more = el(
    "button",
    {
      type: "button",
      click: () => {
        part.replaceChildren(table("All steps", heads, rows(steps)));
        more.remove();
        part.querySelector("div")?.focus();
      },
    },
    `Show all ${count(steps.length, "step")}`,
  );
  return [
    el(
      "p",
      {},
      `About ${span(seconds)}`,
      boundSeconds > 0 && `; the longest chain that the clouds themselves force takes ${span(boundSeconds)}`,
      `. Reckoned from documented durations. The critical path has ${count(criticalPath.length, "step")}: what makes one of them shorter makes the run shorter.`,
    ),
    part,
    steps.length > longest.size && more,
  ];
}

function sizes() {
  const [changed, same] = [true, false].map((wanted) =>
    given.sizes.filter(({ before, after }) => (before !== after) === wanted),
  );
  const rows = (/** @type {typeof given.sizes} */ shown) =>
    shown.map(({ urn, what, before, after }) => [
      urn === null ? what : toGraph(urn),
      before ?? "–",
      after ?? "–",
    ]);
  return [
    changed !== undefined && changed.length > 0
      ? table("What changes", ["Resource", "Before", "After"], rows(changed))
      : el("p", {}, "Nothing that a bill is reckoned from changes."),
    same !== undefined &&
      same.length > 0 &&
      el(
        "details",
        {},
        el("summary", {}, `${count(same.length, "size")} that stay`),
        table(
          "What stays",
          ["Resource", "Size"],
          rows(same).map(([name, before]) => [name, before]),
        ),
      ),
  ];
}

function runs() {
  if (given.runs === null || given.runs.length === 0) {
    return [
      el(
        "p",
        {},
        given.runs === null ? "The backend keeps runs where they are not read from." : "There was none yet.",
      ),
    ];
  }
  return [
    table(
      "The newest first",
      ["When", "Run", "Result", "Took", "Changes", "Commit"],
      given.runs.map(({ at, kind, result, seconds, changes: done, commit, message }) => [
        minute(at),
        kind,
        result,
        span(seconds),
        Object.entries(done)
          .filter(([op]) => op !== "same")
          .map(([op, n]) => `${n} ${op}`)
          .join(", ") || "none",
        el("span", {}, el("code", {}, commit), ` ${message}`),
      ]),
    ),
  ];
}

function outputs() {
  return [
    table(
      "Secrets are masked",
      ["Name", "Value"],
      given.outputs.map(([name, value]) => [name, el("code", {}, value ?? "")]),
    ),
  ];
}

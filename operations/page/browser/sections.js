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

/** @typedef {PageDocument["changes"][number]["components"][number]["entries"][number]} ChangeEntry */

/** Old and new of a property, or what differs in a document line by line. @param {ChangeEntry["diff"][number]} diff */
function propertyRow({ path, words = "", lines, forcesReplacement }) {
  const [from = "", to, ...more] = words.split(" → ");
  const value = (/** @type {"del" | "ins"} */ tag, /** @type {string} */ text) =>
    text === "nothing"
      ? el("span.quiet", {}, text)
      : el(tag, {}, el("span.hidden", {}, tag === "del" ? "old: " : "new: "), text);
  const tags = { "+": "ins", "-": "del", "@": "span.quiet" };
  return el(
    "div.property",
    {},
    el("dt", {}, el("code", {}, path), forcesReplacement && el("span.forces", {}, "forces replacement")),
    words !== "" &&
      (to === undefined || more.length > 0
        ? el("dd", {}, el("code", {}, words))
        : el(
            "dd",
            {},
            value("del", from),
            el("span.arrow", { role: "img", "aria-label": "becomes" }, "→"),
            value("ins", to),
          )),
    lines.length > 0 &&
      el("dd.lines", {}, ...lines.map(({ sign, text }) => el(tags[sign], {}, `${sign} ${text}`))),
  );
}

/** Resources that are named at once; of more there is a list to open. */
const mostNamed = 6;

/** @param {ChangeEntry} entry */
function entryCard({ fate, urns, verdict, when, diff }) {
  const names = el("ul.plain", {}, ...urns.map((urn) => el("li", {}, toGraph(urn))));
  const isPlain = ["created", "deleted", "in place"].includes(verdict);
  return el(
    `article.change.fate-${fate}`,
    {},
    el(
      "p",
      {},
      badge(fate, urns.length > 1 ? urns.length : undefined),
      !isPlain && ` ${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}${when === "" ? "" : ` (${when})`}`,
    ),
    urns.length > mostNamed
      ? el("details", {}, el("summary", {}, count(urns.length, "resource")), names)
      : names,
    diff.length > 0 && el("dl.diff", {}, ...diff.map(propertyRow)),
  );
}

/** What changes, by its reason, then by component; where all of it is new, by component alone. */
function changes() {
  const all = given.changes.flatMap(({ components }) => components);
  if (all.every(({ entries }) => entries.every(({ fate }) => fate === "create"))) {
    /** @type {Map<string, string[]>} */
    const made = new Map();
    for (const { component, entries } of all) {
      made.set(component, [...(made.get(component) ?? []), ...entries.flatMap(({ urns }) => urns)]);
    }
    return [...made]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([component, urns]) =>
        el(
          "details",
          {},
          el("summary", {}, `${component}: ${count(urns.length, "resource")} `, badge("create")),
          el("ul.plain", {}, ...urns.map((urn) => el("li", {}, toGraph(urn)))),
        ),
      );
  }
  return given.changes.flatMap(({ words, components }) => [
    el("h3", {}, words),
    ...components.flatMap(({ component, entries }) => [el("h4", {}, component), ...entries.map(entryCard)]),
  ]);
}

/** @param {unknown} value */
function valueText(value) {
  return value === null || value === undefined
    ? "nothing"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
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
        `${count(byDesign.length, "property", "properties")} moved as meant: ${[...new Set(byDesign.map(({ reason }) => reason))].join(" ")}`,
      ),
  ];
}

/** The graph for who does not see it: what there is, with what it needs. @param {number | null} within @returns {HTMLElement} */
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
  const critical = new Set(criticalPath);
  const isCritical = (/** @type {{ urn: string }} */ { urn }) => critical.has(urn);
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

const graph = new GraphView();
const changed = given.changes.flatMap(({ components }) =>
  components.flatMap(({ entries }) => entries.flatMap(({ urns }) => urns)),
).length;

/** Each with its heading, and how many there are of what it tells; one without content is left out. @type {[string, string, string, readonly Child[]][]} */
const sections = [
  ["findings", "Findings", String(given.findings.length), findings()],
  ["changes", isDone ? "What was changed" : "Changes", String(changed), changes()],
  ["drift", "Drift", String(given.drift?.moved.length ?? "?"), drift()],
  [
    "graph",
    isDone ? "What stands" : "Graph",
    String(given.resources.filter(({ isComponent }) => !isComponent).length),
    wiring(),
  ],
  [
    "timeline",
    "Timeline",
    given.timeline === null ? "" : span(given.timeline.seconds),
    given.timeline === null || given.timeline.steps.length === 0 ? [] : timeline(given.timeline),
  ],
  ["sizes", "Sizes", String(given.sizes.length), given.sizes.length === 0 ? [] : sizes()],
  ["outputs", "Outputs", String(given.outputs.length), given.outputs.length === 0 ? [] : outputs()],
  ["runs", "Runs", String(given.runs?.length ?? "?"), runs()],
];
const told = sections.filter(([, , , content]) => content.length > 0);

document.body.append(
  el("a.skip", { href: "#content" }, "To the content"),
  el(
    "header",
    {},
    el(
      "p.quiet",
      {},
      "groundwork ",
      el("span", { class: `outcome outcome-${given.outcome.replaceAll(" ", "-")}` }, given.outcome),
    ),
    el("h1", {}, given.stack),
    el("p.quiet", {}, `${given.where}, ${minute(given.madeAt)}`),
    el("p.sentence", {}, given.sentence),
    el(
      "p.counts",
      {},
      ...Object.keys(fates).flatMap((fate) => {
        const n = /** @type {Record<string, number>} */ (given.counts)[fate] ?? 0;
        return n > 0 ? [badge(fate, n), " "] : [];
      }),
    ),
  ),
  el(
    "nav",
    { "aria-label": "Sections" },
    el(
      "ul",
      {},
      ...told.map(([id, title, n]) =>
        el("li", {}, el("a", { href: `#${id}` }, title, " ", el("span.quiet", {}, n))),
      ),
    ),
  ),
  el(
    "main",
    { id: "content", tabindex: -1 },
    ...told.map(([id, title, , content]) =>
      el(
        "section",
        { id, "aria-labelledby": `${id}-title` },
        el("h2", { id: `${id}-title` }, title),
        ...content,
      ),
    ),
  ),
);

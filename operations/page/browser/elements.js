/** @typedef {import("../document").PageDocument} PageDocument */
/** @typedef {string | Node | null | undefined | false} Child */

/** Signs and words of what becomes of a resource: never its colour alone. */
const fates = /** @type {Record<string, { sign: string, plan: string, done: string }>} */ ({
  refused: { sign: "!", plan: "refused", done: "refused" },
  delete: { sign: "−", plan: "to delete", done: "deleted" },
  replace: { sign: "±", plan: "to replace", done: "replaced" },
  update: { sign: "~", plan: "to update", done: "updated" },
  create: { sign: "+", plan: "to create", done: "created" },
  import: { sign: "=", plan: "to take over", done: "taken over" },
  read: { sign: "›", plan: "only read", done: "only read" },
  refresh: { sign: "›", plan: "only read", done: "only read" },
  same: { sign: "·", plan: "unchanged", done: "unchanged" },
});

const given = /** @type {PageDocument} */ (
  JSON.parse(document.getElementById("document")?.textContent ?? "")
);
const isDone = given.outcome === "done" || given.outcome === "nothing to do";

/** @param {string} fate */
function fateOf(fate) {
  const { sign, plan, done } = fates[fate] ?? { sign: "?", plan: fate, done: fate };
  return { sign, word: isDone ? done : plan };
}

/**
 * An element with attributes and what is in it. Texts become text, whatever is in them.
 *
 * @param {string} name `div.card` has the class `card`
 * @param {Readonly<Record<string, string | number | boolean | undefined | ((event: any) => void)>>} attributes
 * @param {readonly Child[]} children
 */
function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag ?? "div");
  if (classes.length > 0) {
    element.className = classes.join(" ");
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(key, value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(
    ...children
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => /** @type {string | Node} */ (child)),
  );
  return element;
}

/** What becomes of something, as a badge. @param {string} fate @param {string | number} [more] */
function badge(fate, more) {
  const { sign, word } = fateOf(fate);
  return el(
    `span.badge.fate-${fate}`,
    {},
    el("span", { "aria-hidden": "true" }, sign),
    ` ${more === undefined ? "" : `${more} `}${word}`,
  );
}

/**
 * A table that scrolls by itself where it is too wide.
 *
 * @param {string} caption @param {readonly string[]} heads @param {readonly (readonly Child[])[]} rows The first cell is the row's head.
 */
function table(caption, heads, rows) {
  return el(
    "div.scroll",
    { tabindex: 0, role: "region", "aria-label": caption },
    // The roles hold where the style makes blocks of rows, on a narrow screen.
    el(
      "table",
      { role: "table" },
      el("caption.quiet", {}, caption),
      el(
        "thead",
        { role: "rowgroup" },
        el(
          "tr",
          { role: "row" },
          ...heads.map((head) => el("th", { scope: "col", role: "columnheader" }, head)),
        ),
      ),
      el(
        "tbody",
        { role: "rowgroup" },
        ...rows.map((row) =>
          el(
            "tr",
            { role: "row" },
            ...row.map((cell, place) =>
              place === 0
                ? el("th", { scope: "row", role: "rowheader" }, cell)
                : el("td", { role: "cell", "data-head": heads[place] }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {number} n @param {string} noun @param {string} [nouns] */
function count(n, noun, nouns = `${noun}s`) {
  return `${n.toLocaleString("en")} ${n === 1 ? noun : nouns}`;
}

/** "40 s", "12 min 30 s", "1 h 5 min". @param {number} seconds */
function span(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  }
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-12-01 03:04 UTC` @param {string} iso */
function minute(iso) {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** @param {string} urn */
function nameOf(urn) {
  return urn.split("::").slice(3).join("::");
}

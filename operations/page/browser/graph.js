const svgNamespace = "http://www.w3.org/2000/svg";
/** Where a scene is shown smaller than that, nobody reads it: it scrolls instead. */
const smallest = 0.7;

/** The graph of components and resources: one scene at a time, which is gone into and left. */
class GraphView {
  /** @type {number} */ scene = 0;
  /** @type {number} */ scale = 1;
  /** The node that the Tab key goes to. @type {number} */ current = 0;
  /** @type {HTMLElement[]} */ nodes = [];

  constructor() {
    this.path = el("ol.path", {});
    this.layer = el("div.layer", {});
    this.canvas = el("div.canvas", {}, this.layer);
    this.view = el(
      "div.view",
      {
        role: "group",
        "aria-label": "Graph",
        keydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event),
        wheel: (/** @type {WheelEvent} */ event) => this.onWheel(event),
      },
      this.canvas,
    );
    this.view.addEventListener("pointerdown", (event) => this.onDrag(event));
    this.panel = el("div.panel", { "aria-live": "polite" });
    this.out = el("button", { type: "button", click: () => this.leave() }, "↑ Out");
    const button = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {() => void} */ click,
    ) => el("button", { type: "button", "aria-label": label, click }, text);
    this.element = el(
      "div.graph",
      {},
      el(
        "div.bar",
        {},
        el("nav", { "aria-label": "Where you are in the graph" }, this.path),
        el(
          "div.tools",
          {},
          this.out,
          button("+", "Larger", () => this.zoom(this.scale * 1.25)),
          button("−", "Smaller", () => this.zoom(this.scale / 1.25)),
          button("Fit", "Fit the whole scene", () => this.fit()),
        ),
      ),
      this.view,
      this.panel,
    );
    // What is needed stands left of what needs it: a scene begins there.
    new ResizeObserver(() => this.fit()).observe(this.view);
    this.show(0);
  }

  /** @param {number} place @param {number} [from] the scene that one comes out of: its node is the current one */
  show(place, from) {
    const scene = given.scenes[place];
    if (scene === undefined) {
      return;
    }
    this.scene = place;
    const corner =
      [...scene.nodes.keys()].sort((a, b) => distanceOf(scene.nodes[a]) - distanceOf(scene.nodes[b]))[0] ?? 0;
    const left = scene.nodes.findIndex(({ opens }) => opens !== null && opens === from);
    this.current = left === -1 ? corner : left;
    this.nodes = scene.nodes.map((node, index) => this.drawn(node, index));
    this.layer.replaceChildren(this.drawnEdges(scene), ...this.nodes);
    this.view.setAttribute(
      "aria-label",
      `Graph of ${scene.title}: ${count(scene.nodes.length, "node")}. Arrow keys go from node to node, Enter goes in, Escape goes out.`,
    );
    this.path.replaceChildren(...this.crumbs(place));
    this.out.toggleAttribute("disabled", scene.within === null);
    this.panel.replaceChildren(
      el("p.quiet", {}, "Choose a resource to see what it needs and what needs it. A component opens."),
    );
    this.fit();
    this.view.scrollTo(0, 0);
  }

  /** @param {number} place */
  crumbs(place) {
    /** @type {HTMLElement[]} */
    const crumbs = [];
    for (let at = /** @type {number | null} */ (place); at !== null;) {
      const scene = at;
      const { title, within } = /** @type {PageDocument["scenes"][number]} */ (given.scenes[at]);
      crumbs.unshift(
        el(
          "li",
          {},
          scene === place
            ? el("span", { "aria-current": "page" }, title)
            : el("button.link", { type: "button", click: () => this.go(scene) }, title),
        ),
      );
      at = within;
    }
    return crumbs;
  }

  /** @param {PageDocument["scenes"][number]["nodes"][number]} node @param {number} index */
  drawn(node, index) {
    const worst = worstOf(node.fates);
    const words = Object.entries(node.fates).map(([fate, n]) => `${n} ${fateOf(fate).word}`);
    const isOne = node.opens === null && node.resource !== null;
    const element = el(
      `button.node.fate-${worst}${node.opens === null ? "" : ".opens"}`,
      {
        type: "button",
        tabindex: index === this.current ? 0 : -1,
        title: `${node.label} (${node.kind})`,
        click: () => this.enter(index),
        focus: () => this.moveTo(index, false),
      },
      el("span.sign", { "aria-hidden": "true" }, fateOf(worst).sign),
      el("span.kind", {}, node.kind),
      el("span.name", {}, node.label),
      el("span.fate", {}, isOne ? fateOf(worst).word : words.join(", ")),
      node.opens !== null && el("span.hidden", {}, ", opens"),
    );
    element.style.left = `${node.x}px`;
    element.style.top = `${node.y}px`;
    return element;
  }

  /** @param {PageDocument["scenes"][number]} scene */
  drawnEdges({ width, height, edges }) {
    const svg = document.createElementNS(svgNamespace, "svg");
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    svg.setAttribute("aria-hidden", "true");
    for (const { from, to, points } of edges) {
      const path = document.createElementNS(svgNamespace, "path");
      path.setAttribute("d", wayOf(points));
      path.dataset.from = String(from);
      path.dataset.to = String(to);
      const [x = 0, y = 0] = points.slice(-2);
      const isBack = x < (points.at(-4) ?? 0);
      const head = document.createElementNS(svgNamespace, "path");
      head.setAttribute("class", "head");
      head.setAttribute("d", `M${x},${y} l${isBack ? 7 : -7},-4 v8 z`);
      head.dataset.from = String(from);
      head.dataset.to = String(to);
      svg.append(path, head);
    }
    return svg;
  }

  /** @param {number} index */
  enter(index) {
    const node = given.scenes[this.scene]?.nodes[index];
    this.moveTo(index, false);
    if (node === undefined) {
      return;
    }
    if (node.opens !== null) {
      this.go(node.opens);
    } else if (node.resource !== null) {
      this.tell(node.resource);
    }
  }

  leave() {
    const within = given.scenes[this.scene]?.within ?? null;
    if (within !== null) {
      this.go(within);
    }
  }

  /** Shows a scene, with the keyboard in it. @param {number} scene */
  go(scene) {
    const from = this.scene;
    this.show(scene, from);
    this.nodes[this.current]?.focus();
  }

  /** Goes where a resource is drawn, and tells of it. @param {number} resource */
  find(resource) {
    const scene = given.scenes.findLastIndex(({ nodes }) => nodes.some((node) => node.resource === resource));
    if (scene !== -1) {
      this.show(scene);
      const index = given.scenes[scene]?.nodes.findIndex((node) => node.resource === resource) ?? 0;
      this.moveTo(index, true);
      this.tell(resource);
      this.element.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {number} index @param {boolean} focuses */
  moveTo(index, focuses) {
    this.nodes[this.current]?.setAttribute("tabindex", "-1");
    this.current = index;
    this.nodes[index]?.setAttribute("tabindex", "0");
    for (const path of this.canvas.querySelectorAll("path")) {
      path.classList.toggle(
        "touched",
        path.dataset.from === String(index) || path.dataset.to === String(index),
      );
    }
    if (focuses) {
      this.nodes[index]?.focus();
    }
  }

  /** @param {number} place */
  tell(place) {
    const resource = given.resources[place];
    if (resource === undefined) {
      return;
    }
    const neededBy = given.resources.flatMap(({ needs }, other) => (needs.includes(place) ? [other] : []));
    const list = (/** @type {readonly number[]} */ places) =>
      places.length === 0
        ? "nothing"
        : el("ul", {}, ...places.map((other) => el("li", {}, this.link(other))));
    this.panel.replaceChildren(
      el("h3", {}, resource.name, " ", badge(resource.fate)),
      el(
        "dl",
        {},
        el("dt", {}, "Type"),
        el("dd", {}, el("code", {}, resource.type)),
        el("dt", {}, "Id"),
        el("dd", {}, resource.id === null ? "none yet" : el("code", {}, resource.id)),
        el("dt", {}, "URN"),
        el("dd", {}, el("code", {}, resource.urn)),
        el("dt", {}, "Needs"),
        el("dd", {}, list(resource.needs)),
        el("dt", {}, "Needed by"),
        el("dd", {}, list(neededBy)),
      ),
    );
  }

  /** @param {number} place */
  link(place) {
    const { name = "", type = "" } = given.resources[place] ?? {};
    return el("button.link", { type: "button", click: () => this.find(place) }, `${type} ${name}`);
  }

  fit() {
    const { width = 1 } = given.scenes[this.scene] ?? {};
    this.zoom(Math.min(1, (this.view.clientWidth - 2) / width));
  }

  /** @param {number} scale */
  zoom(scale) {
    const { width = 1, height = 1 } = given.scenes[this.scene] ?? {};
    this.scale = Math.min(2, Math.max(smallest, scale));
    this.canvas.style.width = `${Math.ceil(width * this.scale)}px`;
    this.canvas.style.height = `${Math.ceil(height * this.scale)}px`;
    this.canvas.style.setProperty("--scale", String(this.scale));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[
      event.key
    ];
    if (direction !== undefined) {
      const [x = 0, y = 0] = direction;
      const next = nearest(given.scenes[this.scene]?.nodes ?? [], this.current, x, y);
      if (next !== undefined) {
        this.moveTo(next, true);
      }
    } else if (event.key === "Escape" || event.key === "Backspace") {
      this.leave();
    } else if (event.key === "+" || event.key === "-") {
      this.zoom(event.key === "+" ? this.scale * 1.25 : this.scale / 1.25);
    } else if (event.key === "0") {
      this.fit();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      this.zoom(this.scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
    }
  }

  /** Moves the scene with the mouse; fingers scroll by themselves. @param {PointerEvent} begin */
  onDrag(begin) {
    if (begin.pointerType !== "mouse" || /** @type {Element} */ (begin.target).closest(".node") !== null) {
      return;
    }
    const [left, top] = [this.view.scrollLeft, this.view.scrollTop];
    const move = (/** @type {PointerEvent} */ { clientX, clientY }) =>
      this.view.scrollTo(left - clientX + begin.clientX, top - clientY + begin.clientY);
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
  }
}

/** What a node is coloured by: what needs to be looked at most. @param {Readonly<Record<string, number | undefined>>} counts */
function worstOf(counts) {
  return Object.keys(fates).find((fate) => (counts[fate] ?? 0) > 0) ?? "same";
}

/** A smooth way through the corners, level at each. @param {readonly number[]} points */
function wayOf(points) {
  const [startX = 0, startY = 0, ...rest] = points;
  let [way, x, y] = [`M${startX},${startY}`, startX, startY];
  for (let index = 0; index < rest.length; index += 2) {
    const [nextX = 0, nextY = 0] = rest.slice(index, index + 2);
    const middle = (x + nextX) / 2;
    way += ` C${middle},${y} ${middle},${nextY} ${nextX},${nextY}`;
    [x, y] = [nextX, nextY];
  }
  return way;
}

/** From the upper left corner, where one begins to read: columns first. @param {{ x: number, y: number } | undefined} node */
function distanceOf(node) {
  return (node?.x ?? 0) * 10_000 + (node?.y ?? 0);
}

/**
 * The nearest node in a direction: what is beside the way there counts twice.
 *
 * @param {readonly { x: number, y: number }[]} nodes @param {number} from @param {number} x @param {number} y
 */
function nearest(nodes, from, x, y) {
  const start = nodes[from];
  let best = /** @type {number | undefined} */ (undefined);
  let least = Infinity;
  nodes.forEach((node, index) => {
    const [dx, dy] = [node.x - (start?.x ?? 0), node.y - (start?.y ?? 0)];
    const along = dx * x + dy * y;
    const cost = along + 2 * Math.abs(dx * y + dy * x);
    if (along > 1 && cost < least) {
      least = cost;
      best = index;
    }
  });
  return best;
}

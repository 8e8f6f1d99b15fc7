// A drawing of a network whose signs are the options of a list. What is lit is drawn again over all the rest, which
// is dimmed as a whole: so a click costs the same in a network of five thousand.
const STEP = 1.4;
const REACH = 16; // how near to a sign one points at it, in pixels of the screen
const NAMED = 12; // so many that are lit get names that can be read, however small the drawing is
const TURNED = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// The nearest node in a direction: those straight ahead count as nearer.
function ahead(nodes, from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  for (const node of nodes) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const aside = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    const far = along + 2 * aside;
    if (node !== from && along > 0.5 && far < least) [best, least] = [node, far];
  }
  return best;
}

// A text as one looks for it: „Müller“ is found by Muller and by Mueller.
const bare = (text) => text.toLocaleLowerCase("de").replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");
const spelled = (text) => bare(text.toLocaleLowerCase("de").normalize("NFC").replace(/[äöü]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue" })[letter]));

// Only what Python drew: no script runs in a document made of text.
const parse = (text) => document.adoptNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

function render({ model, el }) {
  const words = model.get("_words");
  const id = uniqueId();
  let nodes = []; // of the drawing, in its order
  let edges = []; // arrows and the numbers on them
  let root, list, layer, ring; // the drawing, the signs in it, what is lit, what has the focus or is pointed at
  let scale = 1;
  let current = null; // the node that the tab key comes to
  let lit = null; // the node that is lit with its partners
  let shownLegend = "";
  const off = new Set(); // classes that are hidden

  const button = (label, name, act) => make("button", { type: "button", class: "mkn-zoom", "aria-label": label, title: label, onclick: act }, name);
  const input = make("input", { type: "search", id, class: "mkn-search", autocomplete: "off", oninput: look, onkeydown: first });
  const tools = make("div", { class: "mkn-tools mk-no-print" },
    make("label", { for: id, class: "mkn-label" }, words.search, input),
    button(words.larger, "+", () => size(scale * STEP)), button(words.smaller, "−", () => size(scale / STEP)), button(words.whole, words.whole, () => size(1)));
  const legend = make("div", { class: "mkn-legend", role: "group", "aria-label": words.legend });
  const hidden = make("span", { role: "status" });
  const all = make("button", { type: "button", class: "mkn-all mk-no-print", onclick: showAll }, words.all);
  const below = make("div", { class: "mkn-hidden" }, hidden, all);
  const frame = make("div", { class: "mkn-frame", onclick: click, onpointermove: point, onpointerleave: () => point(null), onkeydown: key, onfocusin: focus, onfocusout: leave });
  const told = make("p", { class: "mkn-told", role: "status" });

  const here = () => (list?.contains(document.activeElement) ? nodes[document.activeElement.dataset.n] : null);
  const selected = () => nodes.find((node) => node.id === model.get("selected") && !node.off);
  const seen = () => nodes.filter((node) => !node.off);

  // what is said in passing is not read aloud: the sign itself is, when it gets the focus
  function tell(text, aloud) {
    told.setAttribute("aria-live", aloud ? "polite" : "off");
    told.textContent = text;
  }

  function size(wanted) {
    const before = scale;
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    const most = Math.max(8, (2 * model.get("_box")[2]) / frame.clientWidth);
    scale = Math.min(most, Math.max(1, wanted));
    fit();
    frame.scrollTo((middle[0] * scale) / before - frame.clientWidth / 2, (middle[1] * scale) / before - frame.clientHeight / 2);
    here()?.part.scrollIntoView({ block: "nearest", inline: "nearest" });
    circle(here());
    light(lit);
  }

  // at scale 1 the whole drawing is in sight
  function fit() {
    const [, , width, height] = model.get("_box");
    if (root) root.style.width = `calc(${scale} * min(100%, min(80vh, 56rem) * ${width / height}))`;
  }

  // A pixel of the screen in the measure of the drawing.
  const unit = () => model.get("_box")[2] / (root.getBoundingClientRect().width || 600);

  // The node at a place of the screen, be its sign as small as it may.
  function at(event) {
    const rect = root.getBoundingClientRect();
    const [left, top] = model.get("_box");
    const [x, y] = [left + (event.clientX - rect.left) * unit(), top + (event.clientY - rect.top) * unit()];
    let best = null;
    let least = REACH * unit();
    for (const node of seen()) {
      const far = Math.hypot(node.x - x, node.y - y) - node.r;
      if (far < least) [best, least] = [node, far];
    }
    return best;
  }

  function goTo(node) {
    if (!node) return;
    current?.part.setAttribute("tabindex", "-1");
    current = node;
    node.part.setAttribute("tabindex", "0");
    node.part.focus();
  }

  function key(event) {
    const from = here();
    const move = TURNED[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !from) return;
    if (move) goTo(ahead(seen(), from, move));
    else if (event.key === "Home") goTo(seen()[0]);
    else if (event.key === "End") goTo(seen().at(-1));
    else if (event.key === "Enter" || event.key === " ") choose(from);
    else if (event.key === "Escape" && lit) choose(null);
    else if (event.key === "+") size(scale * STEP);
    else if (event.key === "-") size(scale / STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function click(event) {
    const node = root && at(event);
    if (node) goTo(node);
    if (node || model.get("selected")) choose(node);
  }

  function choose(node) {
    const chosen = node && model.get("selected") !== node.id ? node : null;
    model.send({ select: chosen?.id ?? "" });
    if (!chosen) input.value = "";
    light(chosen);
    tell(chosen?.told ?? words.lifted, true);
  }

  function point(event) {
    const node = event && root && at(event);
    frame.classList.toggle("mkn-over", Boolean(node));
    circle(node ?? here());
    tell((node ?? here() ?? selected())?.told ?? words.hint);
  }

  function focus() {
    const node = here();
    if (!node) return;
    circle(node);
    light(node);
    tell(node.told);
  }

  function leave(event) {
    if (list?.contains(event.relatedTarget)) return;
    circle(null);
    light(selected());
  }

  function circle(node) {
    ring.toggleAttribute("hidden", !node);
    const place = node && { cx: node.x, cy: node.y, r: node.r + 4 * unit() };
    for (const part of ring.children) for (const [name, value] of Object.entries(place ?? {})) part.setAttribute(name, value);
  }

  const wanted = () => bare(input.value.trim());
  const matches = () => {
    const word = wanted();
    return word ? seen().filter((node) => node.bare.includes(word) || node.spelled.includes(word)) : [];
  };

  function first(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    goTo(matches()[0]);
  }

  function look() {
    light(wanted() ? null : selected());
    const found = matches().length;
    tell(wanted() ? (found ? fill(words.found, { n: found, all: seen().length }) : words.none) : words.hint, true);
  }

  // Light one node with its partners and their arrows, or all that is looked for; the rest is dimmed.
  function light(node) {
    lit = node ?? null;
    const near = lit ? edges.filter((edge) => !edge.off && (edge.a === lit || edge.b === lit)) : [];
    const some = lit ? new Set([lit, ...near.flatMap((edge) => [edge.a, edge.b])]) : new Set(matches());
    root.classList.toggle("mkn-dim", Boolean(lit || wanted()));
    const large = some.size <= NAMED && unit() > 0.75; // names of the drawing are too small to read
    const parts = [...some].flatMap((each) => [each.part, ...(large ? [] : each.names)]);
    const copies = [...near.map((edge) => edge.part), ...parts].map((part) => part.cloneNode(true));
    for (const copy of copies) for (const name of ["role", "tabindex", "aria-label", "aria-selected"]) copy.removeAttribute(name);
    layer.replaceChildren(...copies, ...(large ? [...some].filter((each) => each.part.matches("path")).map(name) : []));
  }

  function name(node) {
    const size = 13 * unit();
    return svg("text", { x: node.x, y: node.y + node.r + size, "font-size": size, "text-anchor": "middle", "stroke-width": size / 4, "paint-order": "stroke" }, node.name);
  }

  // Hide by class, and each arrow with one of its ends.
  function hide() {
    const hit = (part) => [...off].some((name) => part.classList.contains(name));
    for (const part of root.querySelectorAll(".mkn-discs > *, .mkn-heads > *")) part.classList.toggle("mkn-off", hit(part));
    for (const node of nodes) {
      node.off = hit(node.part);
      for (const part of [node.part, ...node.names]) part.classList.toggle("mkn-off", node.off);
    }
    for (const edge of edges) edge.part.classList.toggle("mkn-off", (edge.off = hit(edge.part) || edge.a.off || edge.b.off));
    if (!current || current.off) {
      current?.part.setAttribute("tabindex", "-1");
      current = seen()[0] ?? null;
      current?.part.setAttribute("tabindex", "0");
    }
    for (const part of legend.querySelectorAll("button")) part.setAttribute("aria-pressed", String(!off.has(part.dataset.key)));
    const gone = model.get("_legend").filter((entry) => off.has(entry.key)).map((entry) => entry.words);
    hidden.textContent = gone.length ? fill(words.hidden, { names: gone.join(", "), n: seen().length, all: nodes.length }) : "";
    all.hidden = !gone.length;
    light(lit?.off ? null : lit);
  }

  function showAll() {
    off.clear();
    hide();
    legend.querySelector("button")?.focus();
  }

  function toggle(name) {
    if (!off.delete(name)) off.add(name);
    hide();
  }

  function entry({ kind, key, sign, words: text }) {
    const drawn = sign && parse(sign);
    if (drawn) drawn.setAttribute("aria-hidden", "true");
    const parts = [drawn || null, make("span", {}, text)];
    if (kind === "explains") return make("span", { class: "mkn-entry" }, ...parts);
    return make("button", { type: "button", class: "mkn-entry", "data-key": key, onclick: () => toggle(key) }, ...parts);
  }

  function explain() {
    const entries = model.get("_legend");
    const same = JSON.stringify(entries);
    if (same === shownLegend) return;
    shownLegend = same;
    off.clear();
    const organisations = entries.filter(({ kind }) => kind === "organisation");
    const open = legend.querySelector("details")?.open ?? false;
    legend.replaceChildren(...entries.filter(({ kind }) => kind !== "organisation").map(entry));
    if (organisations.length) legend.append(make("details", { open }, make("summary", {}, `${words.organisations} (${organisations.length})`), make("div", { class: "mkn-legend" }, ...organisations.map(entry))));
  }

  function read() {
    const { id: ids, name: names, told: sentences, x, y, r } = model.get("_nodes");
    nodes = ids.map((known, n) => ({ id: known, name: names[n], told: sentences[n], x: x[n], y: y[n], r: r[n], names: [], bare: bare(names[n]), spelled: spelled(names[n]) }));
    list = root.querySelector(".mkn-nodes");
    for (const part of list?.children ?? []) {
      const node = nodes[part.dataset.n];
      node.part = part;
      part.setAttribute("role", "option");
      part.setAttribute("aria-label", node.told);
      part.setAttribute("tabindex", "-1");
      part.setAttribute("aria-selected", "false");
    }
    for (const part of root.querySelectorAll(".mkn-names > [data-n]")) nodes[part.dataset.n].names.push(part);
    edges = Array.from(root.querySelectorAll("[data-a]"), (part) => ({ part, a: nodes[part.dataset.a], b: nodes[part.dataset.b] }));
    for (const part of root.children) if (part !== list) part.setAttribute("aria-hidden", "true");
    list?.setAttribute("role", "listbox");
    list?.setAttribute("aria-label", words.list);
  }

  function draw() {
    const [focused, before] = [here(), current?.id];
    frame.hidden = tools.hidden = legend.hidden = below.hidden = told.hidden = !model.get("_svg");
    if (frame.hidden) return;
    root = parse(model.get("_svg"));
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", `${model.get("_name")}. ${model.get("_description")}`);
    root.classList.add("mkn-sheet");
    read();
    layer = svg("g", { class: "mkn-lit", "aria-hidden": "true" });
    ring = svg("g", { class: "mkn-ring", "aria-hidden": "true", hidden: "" }, svg("circle"), svg("circle"));
    root.append(layer, ring);
    explain();
    fit();
    current = nodes.find((node) => node.id === before) ?? null;
    current?.part.setAttribute("tabindex", "0");
    frame.replaceChildren(root);
    lit = null;
    hide();
    mark();
    if (focused) current?.part.focus();
  }

  function mark() {
    const chosen = selected();
    list?.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    chosen?.part.setAttribute("aria-selected", "true");
    if (!root) return;
    light(chosen);
    tell(chosen?.told ?? words.hint, Boolean(chosen));
  }

  // several traits change at once
  let due = false;
  function soon() {
    if (!due) queueMicrotask(() => ((due = false), draw()));
    due = true;
  }

  el.classList.add("mkw", "mkn");
  el.replaceChildren(tools, legend, below, frame, told);
  const unfollow = follow(model, { "change:_svg change:_nodes change:_legend": soon, "change:selected": mark });
  draw();
  return unfollow;
}

export default { render };

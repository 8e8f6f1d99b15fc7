// A drawing of a network whose signs are the options of a list. What is lit is drawn again over all the rest, which
// is dimmed as a whole: so a click costs the same in a network of five thousand.
const STEP = 1.4;
const REACH = 16; // how near to a sign one points at it, in pixels of the screen
const DRAG = 4; // so many pixels further a pointer that is held down draws the picture with it
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

// A text as one looks for it: „Müller“ is found by Muller and by Mueller, but who types ü means no u.
const UMLAUT = /[äöü]/;
const bare = (text) => text.toLocaleLowerCase("de").replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");
const spelled = (text) => bare(text.toLocaleLowerCase("de").normalize("NFC").replace(/[äöü]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue" })[letter]));

// Only what Python drew: no script runs in a document made of text. As HTML thousands of signs are read a third faster.
const parse = (text) => document.adoptNode(new DOMParser().parseFromString(text, "text/html").body.firstChild);
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

function render({ model, el }) {
  const words = model.get("_words");
  const id = uniqueId();
  let nodes = []; // of the drawing, in its order
  let groups = []; // the organisations whose people stand in a box; of these Python knows no selection
  let edges = []; // arrows and the numbers on them
  let root, list, layer, ring; // the drawing, the signs in it, what is lit, what has the focus or is pointed at
  let scale = 1;
  let current = null; // the node that the tab key comes to
  let lit = null; // the node or group that is lit with its partners
  let kept = ""; // the key of the group that is picked out
  let sent; // what Python was told last, and answers
  let unseen = false; // Python selected what is to be shown as soon as the picture is
  let held = null; // where the pointer went down
  let dragged = false;
  let shownLegend = "";
  const off = new Set(); // classes that are hidden

  const button = (label, name, act) => make("button", { type: "button", class: "mkn-zoom", "aria-label": label, title: label, onclick: act }, name);
  const input = make("input", { type: "search", id, class: "mkn-search", autocomplete: "off", oninput: look, onkeydown: first });
  const tools = make("div", { class: "mkn-tools mk-no-print" },
    make("label", { for: id, class: "mkn-label" }, words.search, input),
    button(words.larger, "+", () => size(scale * STEP)), button(words.smaller, "−", () => size(scale / STEP)), button(words.whole, words.whole, () => size(1)));
  const legend = make("div", { class: "mkn-legend", role: "group", "aria-label": words.legend });
  const all = make("button", { type: "button", class: "mkn-all mk-no-print", onclick: showAll }, words.all);
  const frame = make("div", {
    class: "mkn-frame", onclick: click, onpointerdown: press, onpointermove: move, onpointerup: release, onpointercancel: release,
    onpointerleave: () => point(null), onmousedown: hold, onkeydown: key, onfocusin: focus, onfocusout: leave,
  });
  const told = make("p", { class: "mkn-told", role: "status" });

  const of = (part) => (part.dataset.g ? groups.find((group) => group.key === part.dataset.g) : nodes[part.getAttribute("data-n")]);
  const here = () => (list?.contains(document.activeElement) ? of(document.activeElement) : null);
  const seen = () => [...nodes, ...groups].filter((node) => !node.off);
  const picked = () => groups.find((group) => group.key === kept) ?? nodes.find((node) => node.id === model.get("selected"));
  const shown = () => (picked()?.off ? null : picked());
  const people = (node) => (node.key ? nodes.filter((each) => !each.off && each.part.classList.contains(node.key)) : [node]);

  // what is said in passing is not read aloud: the sign itself is, when it gets the focus
  function tell(text, aloud) {
    told.setAttribute("aria-live", aloud ? "polite" : "off");
    if (told.textContent === text) return;
    told.textContent = text;
    // who cannot point scrolls a long text by keys
    requestAnimationFrame(() => (told.scrollHeight > told.clientHeight + 1 ? told.setAttribute("tabindex", "0") : told.removeAttribute("tabindex")));
  }

  // What is told when nothing else is: what is found, else what is hidden.
  function rest() {
    if (!wanted()) return concealed() || words.hint;
    const found = matches();
    const n = Math.max(found.length, new Set(found.flatMap(people)).size);
    return n ? fill(words.found, { n, all: nodes.filter((node) => !node.off).length }) : words.none;
  }

  function concealed() {
    const names = model.get("_legend").filter((entry) => off.has(entry.key)).map((entry) => entry.words).join(", ");
    return names && fill(words.hidden, { names, n: nodes.filter((node) => !node.off).length, all: nodes.length });
  }

  function size(wanted) {
    const before = scale;
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    const most = Math.max(8, (2 * model.get("_box")[2]) / frame.clientWidth);
    scale = Math.min(most, Math.max(1, wanted));
    fit();
    frame.scrollTo((middle[0] * scale) / before - frame.clientWidth / 2, (middle[1] * scale) / before - frame.clientHeight / 2);
    frame.classList.toggle("mkn-large", scale > 1);
    if (here()) reveal(here());
    circle(here());
    light(lit);
  }

  // Bring a sign to the middle of the frame; where it is not shown yet, as soon as it is.
  function reveal(node) {
    const [left, top] = model.get("_box");
    unseen = !frame.clientWidth;
    frame.scrollTo((node.x - left) / unit() - frame.clientWidth / 2, (node.y - top) / unit() - frame.clientHeight / 2);
  }

  // Names and rings have their size on the screen.
  function resized() {
    if (!root || !frame.clientWidth) return;
    circle(here());
    light(lit);
    if (unseen && shown()) reveal(shown());
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
    for (const node of nodes) {
      if (node.off) continue;
      const far = Math.hypot(node.x - x, node.y - y) - node.r;
      if (far < least) [best, least] = [node, far];
    }
    const name = event.target.closest(".mkn-heads > *")?.classList;
    return best ?? groups.find(({ key, off, frame: { x: left, y: top, width, height } }) => !off && (name?.contains(key) || (x > left && x < left + width && y > top && y < top + height)));
  }

  function goTo(node, options) {
    if (!node) return;
    current?.part.setAttribute("tabindex", "-1");
    current = node;
    node.part.setAttribute("tabindex", "0");
    node.part.focus(options);
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

  // A mouse draws the enlarged picture with it; fingers scroll it anyway.
  function press(event) {
    dragged = false;
    const starts = event.button === 0 && event.pointerType === "mouse" && scale > 1 && root.contains(event.target);
    held = starts ? { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop } : null;
  }

  function move(event) {
    if (!(event.buttons & 1)) release();
    if (!held) return point(event);
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!dragged && Math.hypot(dx, dy) > DRAG) {
      dragged = true;
      frame.setPointerCapture(event.pointerId);
      frame.classList.add("mkn-drawn");
    }
    if (dragged) frame.scrollTo(held.left - dx, held.top - dy);
  }

  function release() {
    held = null;
    frame.classList.remove("mkn-drawn");
  }

  // no text is marked by drawing, and nobody lit
  function hold(event) {
    if (held) event.preventDefault();
  }

  function click(event) {
    if (dragged) return;
    const node = root && at(event);
    if (node) goTo(node, { preventScroll: true });
    if (node || picked()) choose(node);
  }

  function choose(node) {
    const chosen = node && node !== picked() ? node : null;
    keep(chosen);
    if (!chosen) input.value = "";
    light(chosen);
    tell(chosen?.told ?? words.lifted, true);
  }

  // A group is kept here alone: Python gets to know that no person is selected.
  function keep(node) {
    kept = node?.key ?? "";
    sent = node?.id ?? "";
    model.send({ select: sent });
    select(node);
  }

  function select(node) {
    list?.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    node?.part.setAttribute("aria-selected", "true");
  }

  function point(event) {
    const node = event && root && at(event);
    frame.classList.toggle("mkn-over", Boolean(node));
    circle(node ?? here());
    tell((node ?? here() ?? shown())?.told ?? rest());
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
    light(shown());
  }

  function circle(node) {
    ring.toggleAttribute("hidden", !node);
    const gap = 4 * unit();
    const { x, y, width, height, rx } = node?.frame ?? (node ? { x: node.x - node.r, y: node.y - node.r, width: 2 * node.r, height: 2 * node.r, rx: node.r } : {});
    const place = node && { x: x - gap, y: y - gap, width: width + 2 * gap, height: height + 2 * gap, rx: rx + gap };
    for (const part of ring.children) for (const [name, value] of Object.entries(place ?? {})) part.setAttribute(name, value);
  }

  const wanted = () => input.value.trim().normalize("NFC").toLocaleLowerCase("de");
  function matches() {
    const word = wanted();
    if (!word) return [];
    const [plain, full] = [UMLAUT.test(word) ? null : bare(word), spelled(word)];
    return seen().filter((node) => {
      node.read ??= [bare(node.name), spelled(node.name)];
      return node.read[1].includes(full) || (plain !== null && node.read[0].includes(plain));
    });
  }

  function first(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    goTo(matches()[0]);
  }

  function look() {
    light(wanted() ? null : shown());
    tell(rest(), true);
  }

  // Light one node, or all of a group, with their partners and arrows, or all that is looked for; the rest is dimmed.
  function light(node) {
    lit = node ?? null;
    const core = new Set((lit ? [lit] : matches()).flatMap(people));
    const near = lit ? edges.filter((edge) => !edge.off && (core.has(edge.a) || core.has(edge.b))) : [];
    const some = new Set([...core, ...near.flatMap((edge) => [edge.a, edge.b])]);
    root.classList.toggle("mkn-dim", Boolean(lit || wanted()));
    const large = some.size <= NAMED && unit() > 0.75; // names of the drawing are too small to read
    const anew = (each) => each.part.matches("path") && (large || each === lit);
    const parts = [...some].flatMap((each) => [each.part, ...(anew(each) ? [] : each.names)]);
    const copies = [...near.map((edge) => edge.part), ...parts].map((part) => part.cloneNode(true));
    for (const copy of copies) for (const name of ["role", "tabindex", "aria-label", "aria-selected"]) copy.removeAttribute(name);
    layer.replaceChildren(...copies, ...[...some].filter(anew).map(name));
  }

  // A name below the ring of a sign, or above it at the lower edge.
  function name(node) {
    const size = Math.max(13 * unit(), 12);
    const [left, top, width, height] = model.get("_box");
    const half = (node.name.length * size * 0.58) / 2;
    const away = node.r + (node === lit ? 8 : 0) * unit();
    const y = node.y + away + size > top + height ? node.y - away - size / 3 : node.y + away + size;
    const x = Math.max(left + half, Math.min(left + width - half, node.x));
    return svg("text", { x, y, "font-size": size, "text-anchor": "middle", "stroke-width": size / 4, "paint-order": "stroke" }, node.name);
  }

  // Hide by class, and each arrow with one of its ends.
  function conceal() {
    const hit = (part) => [...off].some((name) => part.classList.contains(name));
    for (const part of root.querySelectorAll(".mkn-discs > *, .mkn-heads > *")) part.classList.toggle("mkn-off", hit(part));
    for (const node of nodes) {
      node.off = hit(node.part);
      for (const part of [node.part, ...node.names]) part.classList.toggle("mkn-off", node.off);
    }
    for (const group of groups) group.part.classList.toggle("mkn-off", (group.off = off.has(group.key)));
    for (const edge of edges) edge.part.classList.toggle("mkn-off", (edge.off = hit(edge.part) || edge.a.off || edge.b.off));
  }

  // Tell what is hidden; who is hidden is selected no longer.
  function hide() {
    if (!current || current.off) {
      current?.part.setAttribute("tabindex", "-1");
      current = seen()[0] ?? null;
      current?.part.setAttribute("tabindex", "0");
    }
    for (const part of legend.querySelectorAll("button[data-key]")) part.setAttribute("aria-pressed", String(!off.has(part.dataset.key)));
    all.classList.toggle("mkn-none", !off.size);
    const lost = picked()?.off ? picked() : null;
    if (lost) keep(null);
    light(lit?.off ? shown() : lit);
    tell([lost && fill(words.lost, { name: lost.name }), concealed() || words.hint].filter(Boolean).join(" "), true);
  }

  function showAll() {
    off.clear();
    conceal();
    hide();
    legend.querySelector("button")?.focus();
  }

  function toggle(name) {
    if (!off.delete(name)) off.add(name);
    conceal();
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
    kept = "";
    const organisations = entries.filter(({ kind }) => kind === "organisation");
    const open = legend.querySelector("details")?.open ?? false;
    legend.replaceChildren(...entries.filter(({ kind }) => kind !== "organisation").map(entry), all);
    if (organisations.length) legend.append(make("details", { open }, make("summary", {}, `${words.organisations} (${organisations.length})`), make("div", { class: "mkn-legend" }, ...organisations.map(entry))));
  }

  function read() {
    const { id: ids, name: names, told: sentences, x, y, r } = model.get("_nodes");
    nodes = ids.map((known, n) => ({ id: known, name: names[n], told: sentences[n], x: x[n], y: y[n], r: r[n], names: [] }));
    list = root.querySelector(".mkn-nodes");
    for (const part of list?.children ?? []) {
      const node = nodes[part.getAttribute("data-n")];
      node.part = part;
      part.setAttribute("role", "option");
      part.setAttribute("aria-label", node.told);
      part.setAttribute("tabindex", "-1");
      part.setAttribute("aria-selected", "false");
    }
    for (const part of root.querySelectorAll(".mkn-names > [data-n]")) nodes[part.getAttribute("data-n")].names.push(part);
    groups = model.get("_groups").map(group);
    edges = Array.from(root.querySelectorAll("[data-a]"), (part) => ({ part, a: nodes[part.getAttribute("data-a")], b: nodes[part.getAttribute("data-b")] }));
    for (const part of root.children) if (part !== list) part.setAttribute("aria-hidden", "true");
    list?.setAttribute("role", "listbox");
    list?.setAttribute("aria-label", words.list);
  }

  // The box of an organisation as an option after its people; arrow keys find it where its name stands.
  function group({ key, name, told: sentence }) {
    const [drawn, words] = ["discs", "heads"].map((layer) => root.querySelector(`.mkn-${layer} > .${key}`));
    const frame = Object.fromEntries(["x", "y", "width", "height", "rx"].map((name) => [name, Number(drawn.getAttribute(name))]));
    const part = svg("rect", { class: "mkn-group", "data-g": key, ...frame, fill: "none", role: "option", tabindex: -1, "aria-label": sentence, "aria-selected": false });
    list.append(part);
    return { key, name, told: sentence, part, frame, x: Number(words.getAttribute("x")), y: Number(words.getAttribute("y")) };
  }

  function draw() {
    const [focused, before] = [here(), current?.key ?? current?.id];
    frame.hidden = tools.hidden = legend.hidden = told.hidden = !model.get("_svg");
    if (frame.hidden) return;
    root = parse(model.get("_svg"));
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", `${model.get("_name")}. ${model.get("_description")}`);
    root.classList.add("mkn-sheet");
    read();
    layer = svg("g", { class: "mkn-lit", "aria-hidden": "true" });
    ring = svg("g", { class: "mkn-ring", "aria-hidden": "true", hidden: "" }, svg("rect"), svg("rect"));
    root.append(layer);
    root.insertBefore(ring, list?.nextElementSibling ?? layer);
    explain();
    fit();
    current = [...nodes, ...groups].find((node) => (node.key ?? node.id) === before) ?? null;
    current?.part.setAttribute("tabindex", "0");
    frame.replaceChildren(root);
    lit = null;
    if (off.size) conceal();
    hide();
    mark();
    if (focused) current?.part.focus();
  }

  function mark() {
    if (!root) return;
    const chosen = shown();
    select(chosen);
    light(wanted() ? null : chosen);
    tell(chosen?.told ?? rest(), Boolean(chosen));
  }

  // What was chosen here is lit and told already.
  function chosen() {
    if (model.get("selected") === sent) return;
    sent = undefined;
    kept = "";
    if (model.get("selected")) input.value = "";
    mark();
    if (root && shown()) reveal(shown());
  }

  // several traits change at once
  let due = false;
  function soon() {
    if (!due) queueMicrotask(() => ((due = false), draw()));
    due = true;
  }

  el.classList.add("mkw", "mkn");
  el.replaceChildren(tools, told, legend, frame);
  const unfollow = follow(model, { "change:_svg change:_nodes change:_groups change:_legend": soon, "change:selected": chosen });
  const watch = new ResizeObserver(resized);
  watch.observe(frame);
  unseen = true;
  draw();
  return () => (watch.disconnect(), unfollow());
}

export default { render };

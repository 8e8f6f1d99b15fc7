// A drawing with a list of its nodes lying over it, each where it is drawn.
const STEP = 1.4;
const MOST = 8;
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

function render({ model, el }) {
  const words = model.get("_words");
  const parts = new Map(); // the option of each node
  let scale = 1;
  let current = ""; // the node that the tab key comes to

  const image = make("img", { class: "mkn-image mk-picture", draggable: "false" });
  const list = make("div", { class: "mkn-nodes", role: "listbox", "aria-label": words.list, onkeydown: key });
  const sheet = make("div", { class: "mkn-sheet" }, image, list);
  const frame = make("div", { class: "mkn-frame" }, sheet);
  const zoom = (label, name, act) => make("button", { type: "button", class: "mkn-zoom", "aria-label": label, title: label, onclick: act }, name);
  const tools = make("div", { class: "mkn-tools mk-no-print" },
    zoom(words.larger, "+", () => size(scale * STEP)), zoom(words.smaller, "−", () => size(scale / STEP)), zoom(words.whole, words.whole, () => size(1)));
  const told = make("p", { class: "mkn-told" });

  const nodes = () => model.get("_nodes");
  const nodeOf = (id) => nodes().find((node) => node.id === id);

  function size(wanted) {
    const before = scale;
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    scale = Math.min(MOST, Math.max(1, wanted));
    fit();
    frame.scrollTo(middle[0] * scale / before - frame.clientWidth / 2, middle[1] * scale / before - frame.clientHeight / 2);
    parts.get(current)?.matches(":focus") && parts.get(current).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // at scale 1 the whole drawing is in sight
  function fit() {
    const [, , width, height] = model.get("_box");
    sheet.style.width = `calc(${scale} * min(100%, min(80vh, 56rem) * ${width / height}))`;
    sheet.style.aspectRatio = `${width} / ${height}`;
  }

  function goTo(node) {
    if (!node) return;
    parts.get(current)?.setAttribute("tabindex", "-1");
    current = node.id;
    parts.get(current).tabIndex = 0;
    parts.get(current).focus();
  }

  function key(event) {
    const here = nodeOf(current);
    const move = TURNED[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !here) return;
    if (move) goTo(ahead(nodes(), here, move));
    else if (event.key === "Home") goTo(nodes()[0]);
    else if (event.key === "End") goTo(nodes().at(-1));
    else if (event.key === "Enter" || event.key === " ") choose(here);
    else if (event.key === "Escape" && model.get("selected")) model.send({ select: "" });
    else if (event.key === "+") size(scale * STEP);
    else if (event.key === "-") size(scale / STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(node) {
    model.send({ select: model.get("selected") === node.id ? "" : node.id });
  }

  function light(node) {
    for (const [id, part] of parts) {
      part.classList.toggle("mkn-near", Boolean(node?.near.includes(id)));
      part.classList.toggle("mkn-here", node?.id === id);
    }
    told.textContent = node ? node.told : words.hint;
  }

  const back = () => light(nodeOf(document.activeElement?.dataset?.node ?? "") ?? nodeOf(model.get("selected")));

  function option(node) {
    const [left, top, width, height] = model.get("_box");
    const part = make("div", {
      role: "option", class: "mkn-node", tabindex: "-1", "data-node": node.id, "aria-label": node.told,
      onclick: () => (goTo(node), choose(node)), onfocus: () => light(node), onblur: back,
      onpointerenter: () => light(node), onpointerleave: back,
    });
    Object.assign(part.style, {
      left: 100 * (node.x - node.r - left) / width + "%", top: 100 * (node.y - node.r - top) / height + "%",
      width: 200 * node.r / width + "%", height: 200 * node.r / height + "%",
    });
    return part;
  }

  function draw() {
    const focused = list.contains(document.activeElement);
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(model.get("_svg"));
    image.alt = `${model.get("_name")}. ${model.get("_description")}`;
    fit();
    parts.clear();
    for (const node of nodes()) parts.set(node.id, option(node));
    list.replaceChildren(...parts.values());
    list.hidden = !parts.size;
    current = parts.has(current) ? current : nodes()[0]?.id ?? "";
    if (current) parts.get(current).tabIndex = 0;
    frame.hidden = tools.hidden = told.hidden = !model.get("_svg");
    if (focused) parts.get(current)?.focus();
    mark();
  }

  function mark() {
    for (const [id, part] of parts) part.setAttribute("aria-selected", String(id === model.get("selected")));
    back();
  }

  el.classList.add("mkw", "mkn");
  el.replaceChildren(tools, frame, told);
  const unfollow = follow(model, { "change:_svg change:_nodes": draw, "change:selected": mark });
  draw();
  return unfollow;
}

export default { render };

// A map of all pairs on a canvas as large as what is in sight, drawn anew while one scrolls.
const [NOT_ALLOWED, , CHOSEN, LOCKED] = [0, 1, 2, 3];
const GAP = 4; // between groups
const STRIP = 18; // names of the groups
const STEPS = 16;
const STAY = 200; // ms on a cell before Python is asked about it

function render({ model, el }) {
  const words = model.get("_words");
  const states = words.states.split("\n");
  const id = uniqueId();
  const canvas = make("canvas", { "aria-hidden": "true" });
  const sheet = make("div", { class: "mkg-sheet" }, canvas);
  const frame = make("div", {
    class: "mkg-frame", tabindex: "0", role: "application", "aria-describedby": id,
    onscroll: draw, onkeydown: key, onfocus: () => (tell(), draw()), onblur: () => ((quiet = false), draw()),
    onpointermove: hover, onpointerleave: () => light(null), onclick: tap, ondblclick: open,
  }, sheet);
  const legend = make("ul", { class: "mkg-legend" });
  const told = make("p", { class: "mkg-told", id, "aria-live": "polite" });
  const tip = make("div", { class: "mkg-tip", "aria-hidden": "true" }); // what is told below, for the eye
  const opener = make("button", { type: "button", class: "mkg-open", onclick: open }, words.open);
  const below = make("div", { class: "mkg-below" }, told, opener);

  let rows, columns, numbers, marks; // what is shown
  let size, left, top; // of a cell, and of the heads
  let x = [], y = []; // where each column and row begins, right of and below the heads
  let here = null; // [row, column] that the keys are on
  let over = null; // [row, column] that is pointed at
  let quiet = false; // whether Escape took the tip away
  let waiting = 0;
  let low = 0, high = 1;
  let colours = {};

  const written = (number) => number.toLocaleString(document.documentElement.lang || undefined);
  const at = ([row, column]) => row * columns.length + column;

  function read() {
    rows = model.get("_rows");
    columns = model.get("_columns");
    const bytes = model.get("_numbers");
    numbers = Array.from({ length: bytes.byteLength / 4 }, (_, k) => bytes.getInt32(4 * k, true));
    const view = model.get("_states");
    marks = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const allowed = numbers.filter((_, k) => marks[k] !== NOT_ALLOWED);
    low = allowed.reduce((a, b) => Math.min(a, b), Infinity);
    high = allowed.reduce((a, b) => Math.max(a, b), -Infinity);
    const first = marks.findIndex((mark) => mark >= CHOSEN);
    const place = Math.max(first, 0);
    if (!here || here[0] >= rows.length || here[1] >= columns.length) here = rows.length && columns.length ? [Math.floor(place / columns.length), place % columns.length] : null;
    frame.setAttribute("aria-label", `${model.get("label")}, ${words.map}`);
    el.classList.toggle("mkg-empty", !here);
    frame.hidden = legend.hidden = below.hidden = !here;
    fit();
    if (document.activeElement === frame) tell(); // what was told of the cell may have changed
  }

  // Where each head begins: a gap stands between two groups.
  function places(heads) {
    const found = [];
    let place = 0;
    heads.forEach((head, k) => {
      if (k && head.group !== heads[k - 1].group) place += GAP;
      found.push(place);
      place += size;
    });
    return [found, place];
  }

  function fit() {
    if (!here || !el.isConnected) return;
    paint();
    const most = Math.max(rows.length, columns.length);
    size = most <= 60 ? 24 : most <= 150 ? 14 : 8;
    const narrow = frame.clientWidth < 500;
    left = size < 12 ? STRIP : narrow ? 110 : 180;
    top = size < 12 ? STRIP : narrow ? 90 : 130;
    let width, height;
    [x, width] = places(columns);
    [y, height] = places(rows);
    sheet.style.width = `${left + width + 1}px`;
    sheet.style.height = `${top + height + 1}px`;
    draw();
  }

  // The colours of the page, as they are now.
  function paint() {
    const probe = make("span");
    el.append(probe);
    const read = (value) => {
      probe.style.color = value;
      return getComputedStyle(probe).color;
    };
    colours = {
      ink: read("var(--mkw-ink)"), soft: read("var(--mkw-soft)"), paper: read("var(--mkw-paper)"), line: read("var(--mkw-edge)"), focus: read("var(--mk-review, #b06a00)"),
      steps: Array.from({ length: STEPS }, (_, k) => read(`color-mix(in srgb, var(--mkw-accent) ${6 + Math.round((84 * k) / (STEPS - 1))}%, var(--mkw-paper))`)),
    };
    probe.remove();
    explain();
  }

  const step = (number) => colours.steps[high > low ? Math.max(0, Math.min(STEPS - 1, Math.floor(((number - low) / (high - low)) * STEPS))) : STEPS - 1];

  function explain() {
    if (!here) return;
    const sign = (...parts) => svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 19, height: 19, fill: "none", stroke: "currentColor" }), ...parts);
    const scale = make("span", { class: "mkg-scale", style: `background: linear-gradient(90deg, ${colours.steps.join(",")})` });
    legend.replaceChildren(
      make("li", {}, `${words.low} (${written(low)})`, scale, `${words.high} (${written(high)})`),
      make("li", {}, sign(svg("circle", { cx: 10, cy: 10, r: 5, fill: "currentColor" })), states[CHOSEN]),
      ...(marks.includes(LOCKED) ? [make("li", {}, sign(svg("rect", { x: 5, y: 5, width: 10, height: 10, fill: "currentColor" })), states[LOCKED])] : []),
      make("li", {}, sign(svg("path", { d: "M1 19L19 1", stroke: "currentColor" })), states[NOT_ALLOWED]));
  }

  // The first and the last of places that are in sight.
  function inSight(begins, from, length) {
    let first = begins.findIndex((begin) => begin + size > from);
    let last = begins.findLastIndex((begin) => begin < from + length);
    return [Math.max(first, 0), last];
  }

  function draw() {
    if (!here || !frame.clientWidth) return;
    const [width, height] = [frame.clientWidth, Math.min(frame.clientHeight, sheet.offsetHeight)];
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const [dx, dy] = [frame.scrollLeft, frame.scrollTop];
    const [r0, r1] = inSight(y, dy, height - top);
    const [c0, c1] = inSight(x, dx, width - left);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    for (let r = r0; r <= r1; r++) for (let c = c0; c <= c1; c++) cell(pen, r, c, left + x[c] - dx, top + y[r] - dy);
    for (const [place, colour] of [[over, colours.ink], [here, colours.focus]]) {
      if (!place) continue;
      pen.strokeStyle = colour;
      pen.lineWidth = 3;
      pen.strokeRect(left + x[place[1]] - dx - 1, top + y[place[0]] - dy - 1, size + 1, size + 1);
    }
    pen.restore();
    heads(pen, rows, y, r0, r1, dy, height, false);
    heads(pen, columns, x, c0, c1, dx, width, true);
    name(width, height);
  }

  // Says beside the cell who the two are: the one pointed at, else the one that the keys are on.
  function name(width, height) {
    const place = over ?? (document.activeElement === frame ? here : null);
    tip.hidden = !place || quiet;
    if (tip.hidden) return;
    const [row, column] = place;
    const who = ({ name, group }) => make("div", {}, make("strong", {}, name), group ? ` (${group})` : "");
    tip.replaceChildren(who(rows[row]), who(columns[column]), make("div", {}, `${written(numbers[at(place)])}, ${states[marks[at(place)]]}`));
    const [cx, cy] = [left + x[column] - frame.scrollLeft, top + y[row] - frame.scrollTop];
    tip.hidden = cx + size < left || cy + size < top || cx > width || cy > height;
    const right = cx + size + 6;
    const beside = right + tip.offsetWidth <= width ? right : Math.max(cx - tip.offsetWidth - 6, 0);
    const under = cy + size + 6;
    const below = under + tip.offsetHeight <= height ? under : Math.max(cy - tip.offsetHeight - 6, 0);
    Object.assign(tip.style, { left: `${frame.offsetLeft + beside}px`, top: `${frame.offsetTop + below}px` });
  }

  function cell(pen, row, column, cx, cy) {
    const mark = marks[at([row, column])];
    const side = size - 1;
    if (mark === NOT_ALLOWED) {
      if (size < 12) return;
      pen.strokeStyle = colours.line;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(cx + 3, cy + side - 3);
      pen.lineTo(cx + side - 3, cy + 3);
      pen.stroke();
    } else {
      pen.fillStyle = step(numbers[at([row, column])]);
      pen.fillRect(cx, cy, side, side);
    }
    if (mark < CHOSEN) return;
    for (const [colour, part] of [[colours.paper, 0.36], [colours.ink, 0.24]]) {
      const r = Math.max(part * size, part > 0.3 ? 3 : 2);
      pen.fillStyle = colour;
      pen.beginPath();
      if (mark === LOCKED) pen.rect(cx + side / 2 - r, cy + side / 2 - r, 2 * r, 2 * r);
      else pen.arc(cx + side / 2, cy + side / 2, r, 0, 7);
      pen.fill();
    }
  }

  // The names of rows, or of columns (turned): they stay in sight, and so do those of their groups.
  function heads(pen, all, begins, first, last, offset, length, turned) {
    const [edge, room] = turned ? [left, top] : [top, left];
    pen.save();
    pen.beginPath();
    turned ? pen.rect(left, 0, length, top) : pen.rect(0, top, left, length);
    pen.clip();
    const family = getComputedStyle(el).fontFamily;
    const write = (text, along, across, turn, longest) => {
      pen.save();
      turned ? pen.translate(along, across) : pen.translate(across, along);
      pen.rotate(turn);
      let cut = text;
      while (cut.length > 1 && pen.measureText(cut === text ? cut : cut + "…").width > longest) cut = cut.slice(0, -1);
      pen.fillText(cut === text ? cut : cut + "…", 0, 0);
      pen.restore();
    };
    pen.textBaseline = "middle";
    for (let k = first; k <= last; k++) {
      const begin = edge + begins[k] - offset;
      const active = here[turned ? 1 : 0] === k || over?.[turned ? 1 : 0] === k;
      if (size >= 12) {
        pen.font = `${active ? 700 : 400} ${size > 20 ? 13 : 11}px ${family}`;
        pen.fillStyle = active ? colours.ink : colours.soft;
        turned ? write(all[k].name, begin + size / 2, room - 5, -Math.PI / 2, room - STRIP - 9) : write(all[k].name, begin + size / 2, STRIP + 4, 0, room - STRIP - 9);
      }
      if (!all[k].group || (k > first && all[k - 1].group === all[k].group)) continue;
      let end = k;
      while (end + 1 < all.length && all[end + 1].group === all[k].group) end++;
      let start = k;
      while (start > 0 && all[start - 1].group === all[k].group) start--;
      const [from, to] = [Math.max(edge + begins[start] - offset, edge), Math.min(edge + begins[end] + size - offset, length)];
      pen.font = `600 11px ${family}`;
      pen.fillStyle = colours.ink;
      if (to - from > 14) turned ? write(all[k].group, from + 1, STRIP / 2, 0, to - from - 2) : write(all[k].group, to - 1, STRIP / 2, -Math.PI / 2, to - from - 2);
    }
    pen.restore();
  }

  function placeOf(event) {
    const box = frame.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left - frame.clientLeft - left, event.clientY - box.top - frame.clientTop - top];
    if (px < 0 || py < 0) return null;
    const column = x.findLastIndex((begin) => begin <= px + frame.scrollLeft);
    const row = y.findLastIndex((begin) => begin <= py + frame.scrollTop);
    const inside = row >= 0 && column >= 0 && px + frame.scrollLeft < x[column] + size && py + frame.scrollTop < y[row] + size;
    return inside ? [row, column] : null;
  }

  const sentence = ([row, column]) => {
    const known = { row: rows[row].name, column: columns[column].name, number: written(numbers[at([row, column])]), state: states[marks[at([row, column])]] };
    return words.cell.replace(/\{(\w+)\}/g, (_, name) => known[name]);
  };

  // At once what is known here; what Python knows besides comes as soon as somebody stays.
  function tell() {
    if (!here) return;
    clearTimeout(waiting);
    told.textContent = sentence(here);
    const [row, column] = here;
    waiting = setTimeout(() => model.send({ event: "visit", row, column }), STAY);
  }

  function light(place) {
    if (String(place) === String(over)) return;
    over = place;
    quiet = false;
    draw();
  }

  function hover(event) {
    if (event.pointerType === "mouse") light(placeOf(event));
  }

  function goTo(place) {
    here = place;
    quiet = false;
    const reveal = (begin, from, room, edge) => Math.max(Math.min(from, begin), begin + size + edge - room + 3);
    frame.scrollTo(reveal(x[here[1]], frame.scrollLeft, frame.clientWidth, left), reveal(y[here[0]], frame.scrollTop, frame.clientHeight, top));
    tell();
    draw();
  }

  function tap(event) {
    const place = placeOf(event);
    if (place) goTo(place);
  }

  function open() {
    if (here) model.send({ event: "open", row: here[0], column: here[1] });
  }

  function key(event) {
    if (event.metaKey || event.altKey || !here) return;
    const [row, column] = here;
    const [lastRow, lastColumn] = [rows.length - 1, columns.length - 1];
    const to = {
      ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1], ArrowDown: [row + 1, column], ArrowUp: [row - 1, column],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? lastRow : row, lastColumn], PageDown: [row + 10, column], PageUp: [row - 10, column],
    }[event.key];
    if (to) goTo([Math.max(0, Math.min(lastRow, to[0])), Math.max(0, Math.min(lastColumn, to[1]))]);
    else if (event.key === "Escape" && !tip.hidden) (quiet = true), draw();
    else if (event.key === "Enter" || event.key === " ") open();
    else return;
    event.preventDefault();
  }

  el.classList.add("mkw", "mkg");
  el.replaceChildren(legend, frame, tip, below);
  tip.hidden = true;
  told.textContent = words.hint;
  const unfollow = follow(model, {
    "change:_rows change:_columns change:_numbers change:_states": read,
    "change:told": () => model.get("told") && (told.textContent = model.get("told")),
  });
  const sized = new ResizeObserver(fit);
  sized.observe(frame);
  const repaint = () => (paint(), draw());
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", repaint);
  const themed = new MutationObserver(repaint);
  themed.observe(document.documentElement, { attributeFilter: ["data-mk-theme"] });
  read();
  return () => {
    clearTimeout(waiting);
    sized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", repaint);
    unfollow();
  };
}

export default { render };

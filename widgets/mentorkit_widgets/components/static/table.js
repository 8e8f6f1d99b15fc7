// A table that people work in. What people typed reaches the page as text nodes only.
const PAGE = { table: 100, cards: 25 }; // rows shown at first, and added at once
const NARROW = 640; // pixels below which a table that does not fit is not pressed together
const LONG = 30; // rows above which the table scrolls by itself, under its head

const isRich = (cell) => cell !== null && typeof cell === "object" && !Array.isArray(cell);
const textOf = (cell) => (isRich(cell) ? String(cell.text ?? "") : Array.isArray(cell) ? cell.join(", ") : String(cell ?? ""));
const searched = (cell) => (textOf(cell) + " " + (cell?.note ?? ""));
const sortKey = (cell) => (isRich(cell) ? (cell.sort ?? cell.text) : Array.isArray(cell) ? cell.join(", ") : cell);

function compare(a, b, collator) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

function sorted(rows, key, direction, collator) {
  const isEmpty = (row) => [null, undefined, ""].includes(sortKey(row[key]));
  const full = rows.filter((row) => !isEmpty(row));
  full.sort((a, b) => direction * compare(sortKey(a[key]), sortKey(b[key]), collator));
  return [...full, ...rows.filter(isEmpty)]; // empty cells stay below, whichever way it is sorted
}

function content(cell, kind) {
  if (kind === "list" && Array.isArray(cell)) {
    return cell.length ? [make("ul", { role: "list" }, ...cell.map((item) => make("li", {}, ...breakable(String(item)))))] : [];
  }
  const text = textOf(cell);
  if (kind === "chip" && cell?.tone) {
    return [make("span", { class: "mkw-chip mkw-" + cell.tone }, icon(cell.icon), make("span", {}, text))];
  }
  if (kind === "bar" && isRich(cell)) {
    const fill = make("span");
    fill.style.width = 100 * cell.share + "%";
    return [make("span", { class: "mkt-bar", "aria-hidden": "true" }, fill), make("span", { class: "mkt-figure" }, text)];
  }
  return cell?.href ? [make("a", { href: cell.href }, ...breakable(text))] : breakable(text);
}

const note = (cell) => (cell?.note ? make("span", { class: "mkt-note" }, ...breakable(cell.note)) : null);

function render({ model, el }) {
  const words = model.get("_words");
  const collator = new Intl.Collator(words.language, { numeric: true });
  const id = uniqueId();
  let sort = { key: null, direction: 1 };
  let word = "";
  let limit = 0; // rows shown; a page at least
  let printing = false;
  let width = 0;

  const status = make("p", { class: "mkt-status", role: "status" });
  const caption = make("caption", { id });
  const head = make("tr", { role: "row" });
  const body = make("tbody", { role: "rowgroup" });
  const table = make("table", { role: "table", "aria-labelledby": id }, caption, make("thead", { role: "rowgroup" }, head), body);
  const region = make("div", { class: "mkt-scroll", role: "region", tabindex: "0", "aria-labelledby": id }, table);
  const more = make("button", { type: "button", class: "mkt-more", "aria-describedby": id + "n", onclick: showMore });
  const shown = make("span", { id: id + "n" });
  const foot = make("div", { class: "mkt-foot" }, more, shown);
  const filter = make("input", { type: "search", id: id + "f", autocomplete: "off", oninput: (e) => filterBy(e.target.value) });
  const bar = make("div", { class: "mkt-filter" }, make("label", { for: id + "f" }, words.filter), filter);

  function filterBy(text) {
    word = text.toLocaleLowerCase(words.language);
    limit = 0;
    drawRows();
    const n = visible().length;
    status.textContent = words.shown.replace("{shown}", n).replace("{all}", model.get("rows").length);
  }

  function sortBy(key) {
    sort = { key, direction: sort.key === key ? -sort.direction : 1 };
    drawHead();
    drawRows();
    head.querySelector(`button[data-key="${CSS.escape(key)}"]`).focus();
  }

  function visible() {
    // also in columns that are not shown for want of room: what was found stays found when they go
    const cells = ({ id, actions, ...rest }) => Object.values(rest);
    const matches = (row) => cells(row).some((cell) => searched(cell).toLocaleLowerCase(words.language).includes(word));
    const rows = word ? model.get("rows").filter(matches) : model.get("rows");
    return sort.key === null ? rows : sorted(rows, sort.key, sort.direction, collator);
  }

  const hasActions = () => model.get("rows").some((row) => row.actions?.length);

  function drawHead() {
    const heads = model.get("columns").map((column) => {
      const attributes = { scope: "col", role: "columnheader", class: "mkt-k-" + column.kind };
      if (!column.sortable) return make("th", attributes, column.label);
      const way = sort.key !== column.key ? "none" : sort.direction > 0 ? "ascending" : "descending";
      const arrow = make("span", { class: "mkt-arrow", "aria-hidden": "true" }, { none: "\u00a0↕", ascending: "\u00a0↑", descending: "\u00a0↓" }[way]);
      const button = make("button", { type: "button", "data-key": column.key, onclick: () => sortBy(column.key) }, column.label, arrow);
      return make("th", { ...attributes, "aria-sort": way, "data-label": column.label }, button);
    });
    if (hasActions()) heads.push(make("th", { scope: "col", role: "columnheader", class: "mkt-k-actions" }, words.actions));
    head.replaceChildren(...heads);
  }

  function actionButton(row, action) {
    const off = action.disabled || "";
    const attributes = {
      type: "button",
      class: "mkt-action",
      "data-focus": JSON.stringify([row.id, action.name]),
      "aria-label": off ? `${action.title} – ${off}` : action.title,
      "aria-disabled": off ? "true" : undefined,
      title: off || action.title,
      onclick: (event) => {
        event.stopPropagation();
        if (!off) model.send({ event: "action", row: row.id, action: action.name });
      },
    };
    return make("button", attributes, icon(action.icon), make("span", {}, action.label));
  }

  function select(row) {
    model.send({ event: "select", row: model.get("selected") === row.id ? "" : row.id });
  }

  function nameCell(row, column) {
    const attributes = { scope: "row", role: "rowheader", class: "mkt-k-" + column.kind };
    if (!model.get("selectable")) return make("th", attributes, ...content(row[column.key], column.kind), note(row[column.key]));
    const button = make("button", { type: "button", class: "mkt-select", "data-focus": JSON.stringify([row.id, ""]) });
    button.append(...content(row[column.key], column.kind));
    return make("th", attributes, button, note(row[column.key])); // a click on it reaches the row, which selects
  }

  function drawRow(row, columns, withActions) {
    const [first, ...rest] = columns;
    const cells = rest.map(({ key, kind, label }) => {
      const inner = [...content(row[key], kind), note(row[key])].filter((part) => part !== null && part !== "");
      return make("td", { role: "cell", class: "mkt-k-" + kind, "data-label": label }, ...(inner.length ? [make("div", {}, ...inner)] : []));
    });
    if (withActions) {
      const buttons = (row.actions ?? []).map((action) => actionButton(row, action));
      cells.push(make("td", { role: "cell", class: "mkt-k-actions" }, make("div", {}, ...buttons)));
    }
    const attributes = { role: "row", "data-id": row.id };
    if (model.get("selectable")) attributes.onclick = () => select(row);
    return make("tr", attributes, nameCell(row, first), ...cells);
  }

  const page = () => PAGE[el.classList.contains("mkt-cards") ? "cards" : "table"];
  const place = (rows, id) => rows.findIndex((row) => row.id === id) + 1;

  function drawRows() {
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    // who has scrolled away from what is chosen, or from what has the focus, stays where she reads
    const away = (part) => part && body.contains(part) && !inSight(part);
    const left = { chosen: away(body.querySelector(".mkt-selected")), focus: away(document.activeElement) };
    const columns = model.get("columns");
    const rows = visible();
    const withActions = hasActions();
    const last = Math.max(place(rows, model.get("selected")), focused ? place(rows, JSON.parse(focused)[0]) : 0);
    const upTo = () => (printing ? rows.length : Math.max(limit, Math.ceil(last / page()) * page(), page()));
    const most = printing ? rows.length : Math.max(upTo(), PAGE.table); // what fits as cards fits no table
    body.replaceChildren(...rows.slice(0, most).map((row) => drawRow(row, columns, withActions)));
    if (!rows.length) {
      const nothing = model.get("rows").length ? words.none : model.get("empty");
      const span = columns.length + (withActions ? 1 : 0);
      body.append(make("tr", { role: "row", class: "mkt-empty" }, make("td", { role: "cell", colspan: span }, nothing)));
    }
    el.classList.toggle("mkt-long", rows.length > LONG);
    fit();
    if (!printing) limit = upTo();
    for (const row of [...body.children].slice(upTo())) row.remove();
    tellRest(rows.length);
    markSelected(undefined, left.chosen);
    if (focused !== undefined) refocus(focused, left.focus);
  }

  function tellRest(all) {
    const rest = all - limit;
    foot.hidden = printing || rest <= 0;
    more.textContent = words.more.replace("{n}", Math.min(rest, page()));
    shown.textContent = words.part.replace("{shown}", limit).replace("{all}", all);
  }

  function showMore() {
    const before = limit;
    limit += page();
    drawRows();
    const first = body.children[before]?.querySelector("button");
    if (first) first.focus();
    else if (foot.hidden) region.focus({ preventScroll: true });
  }

  function refocus(focused, preventScroll) {
    // the button may have given way to another of its row, or the row may be gone
    const buttons = [...body.querySelectorAll("button[data-focus]")];
    const [rowId] = JSON.parse(focused);
    const same = buttons.find((button) => button.dataset.focus === focused);
    const near = buttons.findLast((button) => JSON.parse(button.dataset.focus)[0] === rowId);
    (same ?? near ?? region).focus({ preventScroll });
  }

  function inSight(part) {
    const [it, around] = [part.getBoundingClientRect(), region.getBoundingClientRect()];
    return it.bottom > Math.max(0, around.top) && it.top < Math.min(innerHeight, around.bottom);
  }

  // within the table, where it scrolls by itself; the page stays where it is
  function keepInSight(row) {
    const [above, below] = [row.getBoundingClientRect(), region.getBoundingClientRect()];
    const head = table.tHead.offsetHeight;
    if (above.top < below.top + head || above.bottom > below.bottom) region.scrollTop += above.top - below.top - head - 8;
  }

  function markSelected(change, stay) {
    const chosen = model.get("selectable") ? place(visible(), model.get("selected")) : 0;
    if (chosen > body.querySelectorAll("tr[data-id]").length) return drawRows(); // on a page not shown yet
    const left = change && !model.get("selected") && !body.contains(document.activeElement);
    const before = left ? body.querySelector(".mkt-selected") : null;
    const stays = before && model.get("rows").some(({ id }) => id === before.dataset.id); // else it only left the list
    if (stays) before.querySelector(".mkt-select").focus(); // what was opened is closed: back to its row
    for (const row of body.querySelectorAll("tr[data-id]")) {
      const on = model.get("selectable") && row.dataset.id === model.get("selected");
      row.classList.toggle("mkt-selected", on);
      row.querySelector(".mkt-select")?.setAttribute("aria-pressed", String(on));
      if (on && !stay) keepInSight(row);
    }
  }

  const overflows = () => region.scrollWidth > region.clientWidth + 1;

  // columns stand closer, and long words break, before every row becomes a card; a phone gets cards at once
  function fit() {
    el.classList.remove("mkt-cards", "mkt-close");
    if (!overflows()) return;
    el.classList.add(region.clientWidth < NARROW ? "mkt-cards" : "mkt-close");
    if (overflows()) el.classList.replace("mkt-close", "mkt-cards");
  }

  function fitToWidth() {
    const before = page();
    if (el.clientWidth !== width) fit();
    width = el.clientWidth;
    if (page() === before) return;
    limit = 0;
    drawRows();
  }

  function draw() {
    caption.textContent = model.get("caption");
    bar.hidden = !model.get("filtered");
    drawHead();
    drawRows();
  }

  const changed = "change:rows change:columns change:caption change:empty change:filtered change:selectable";
  const print = (on) => ((printing = on), drawRows());
  const [beforePrint, afterPrint] = [() => print(true), () => print(false)];
  el.classList.add("mkw", "mkt");
  el.replaceChildren(bar, region, foot, status);
  const unfollow = follow(model, { [changed]: draw, "change:selected": markSelected });
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
  const observer = new ResizeObserver(fitToWidth);
  observer.observe(el);
  draw();
  return () => {
    observer.disconnect();
    unfollow();
    window.removeEventListener("beforeprint", beforePrint);
    window.removeEventListener("afterprint", afterPrint);
  };
}

export default { render };

// A form: every field with its label, help and error tied to it. What is typed is sent after a short rest, and
// kept in the browser until Python says that it is safe.
const REST = 400; // milliseconds after the last key
const NEAR = 50; // characters left from which on they are counted
const MODES = { number: "numeric", date: "text", email: "email", phone: "tel" };

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const nextNumber = () => (globalThis.mentorkitSent = (globalThis.mentorkitSent ?? 0) + 1);

// -- one control per kind: what it is made of, how it is read and written, and what takes the focus --------

// Tells how much room is left where it gets short, and when a paste was cut.
function room(input, words) {
  const told = make("p", { class: "mkf-left", role: "status" });
  let cut = false;
  function tell() {
    const left = input.maxLength - input.value.length;
    const near = left <= Math.min(NEAR, input.maxLength / 4) ? words.left.replace("{n}", left) : "";
    told.textContent = input.readOnly ? "" : cut ? words.cut.replace("{most}", input.maxLength) : near;
  }
  input.addEventListener("paste", ({ clipboardData }) => {
    const pasted = (clipboardData?.getData("text") ?? "").replaceAll("\r\n", "\n");
    cut = input.value.length - (input.selectionEnd - input.selectionStart) + pasted.length > input.maxLength;
    tell(); // a full field hears of no input
  });
  input.addEventListener("input", ({ inputType }) => {
    cut &&= inputType === "insertFromPaste";
    tell();
  });
  return { told, renew: () => ((cut = false), tell()) };
}

function line(field, id, touch, words) {
  const suggested = field.kind === "suggest" && field.options.length > 0;
  const input = make("input", {
    id, type: field.kind === "secret" ? "password" : "text", autocomplete: "off", inputmode: MODES[field.kind], readonly: field.locked, list: suggested && id + "l",
    spellcheck: ["email", "phone", "date", "number"].includes(field.kind) ? "false" : undefined,
    oninput: () => touch(false), onchange: () => touch(true),
  });
  const proposals = suggested ? make("datalist", { id: id + "l" }, ...field.options.map(([, text]) => make("option", { value: text }))) : null;
  const unit = field.unit ? make("span", { class: "mkf-unit" }, field.unit) : null;
  const parts = make("div", { class: "mkf-line" }, input, unit, proposals);
  const left = room(input, words);
  const write = (text) => {
    input.maxLength = Math.max(field.longest, text.length);
    input.value = text;
    left.renew();
  };
  return { parts: [parts, left.told], targets: [input], read: () => input.value, write };
}

function lines(field, id, touch, words) {
  const area = make("textarea", { id, rows: "4", readonly: field.locked, oninput: () => touch(false), onchange: () => touch(true) });
  const left = room(area, words);
  const write = (text) => {
    area.maxLength = Math.max(field.longest, text.length);
    area.value = text;
    area.rows = Math.min(16, Math.max(4, text.split("\n").length + 1)); // a draft is seen as a whole
    left.renew();
  };
  return { parts: [area, left.told], targets: [area], read: () => area.value, write };
}

function choice(field, id, touch, words) {
  const select = make("select", { id, disabled: field.locked, onchange: () => touch(true) });
  const write = (key) => {
    const offered = field.options.some(([known]) => known === key);
    const empty = field.required ? (key ? [] : [["", words.choose]]) : [["", words.none]];
    const stored = offered || !key ? [] : [[key, key]]; // no longer offered, but chosen once
    const hasEmpty = field.options.some(([known]) => known === "");
    const options = [...(hasEmpty ? [] : empty), ...stored, ...field.options];
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    select.value = key;
  };
  return { parts: [make("div", { class: "mkf-line mkf-select" }, select)], targets: [select], read: () => select.value, write };
}

function boxes(field, id, touch, type) {
  const inputs = field.options.map(([value], place) =>
    make("input", { type, name: id, id: id + "o" + place, value, disabled: field.locked, onchange: () => touch(true) }));
  const labels = field.options.map(([, text], place) => make("label", { class: "mkf-option" }, inputs[place], make("span", {}, text)));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const read = type === "radio" ? () => chosen()[0] ?? "" : chosen;
  const write = (value) => inputs.forEach((input) => (input.checked = [value].flat().includes(input.value)));
  return { parts: [make("div", { class: "mkf-options" }, ...labels)], targets: inputs, read, write, group: true };
}

function tick(field, id, touch) {
  const input = make("input", { type: "checkbox", id, disabled: field.locked, onchange: () => touch(true) });
  return { parts: [], targets: [input], read: () => input.checked, write: (on) => (input.checked = on), beside: true };
}

function range(field, id, touch) {
  const shown = make("output", { for: id, class: "mkf-unit" });
  const show = () => {
    shown.textContent = (input.value + " " + field.unit).trim();
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  const ends = { min: field.least, max: field.most, step: field.step };
  const input = make("input", { type: "range", id, ...ends, disabled: field.locked, oninput: () => (show(), touch(false)), onchange: () => touch(true) });
  const write = (text) => ((input.value = text), show());
  return { parts: [make("div", { class: "mkf-line" }, input, shown)], targets: [input], read: () => input.value, write };
}

function dial(field, id, touch, words) {
  const follow = () => /^\s*\d+\s*$/.test(input.value) && (slider.value = input.value); // what is no number moves nothing
  const input = make("input", {
    id, type: "text", inputmode: "numeric", autocomplete: "off", spellcheck: "false", maxlength: field.longest, readonly: field.locked,
    class: "mkf-dial", oninput: () => (follow(), touch(false)), onchange: () => touch(true),
  });
  const ends = { min: field.least, max: field.most, step: field.step };
  const slider = make("input", {
    type: "range", ...ends, "aria-label": words.slider.replace("{what}", field.label), disabled: field.locked,
    oninput: () => ((input.value = slider.value), touch(false)), onchange: () => touch(true),
  });
  const unit = field.unit ? make("span", { class: "mkf-unit" }, field.unit) : null;
  const write = (text) => ((input.value = text), follow());
  return { parts: [make("div", { class: "mkf-line" }, input, unit, slider)], targets: [input], read: () => input.value, write };
}

function tags(field, id, touch, words) {
  let items = [];
  const list = make("ul", { class: "mkf-tags", role: "list" });
  const told = make("span", { class: "mkw-aloud", role: "status" });
  const proposals = make("datalist", { id: id + "l" }, ...field.options.map(([, text]) => make("option", { value: text })));
  const input = make("input", { id, type: "text", autocomplete: "off", maxlength: field.longest, list: id + "l", readonly: field.locked, oninput: () => touch(null), onchange: leave, onkeydown: key });
  const button = make("button", { type: "button", class: "mkf-add", onclick: add }, icon("add"), words.add);
  const left = room(input, words);
  const pending = () => input.value.trim();
  const read = () => (pending() && !items.includes(pending()) ? [...items, pending()] : items);

  function key(event) {
    if (event.isComposing || !["Enter", ","].includes(event.key)) return;
    event.preventDefault();
    add();
  }
  // what was typed counts at once, but is drawn as a tag only after the press that led away from the field:
  // drawn before, it would move what is being pressed
  function leave() {
    touch(true);
    const over = new AbortController();
    const then = () => (over.abort(), add());
    for (const deed of ["click", "keyup"]) document.addEventListener(deed, then, { capture: true, signal: over.signal });
    input.addEventListener("focus", then, { signal: over.signal }); // whoever comes back finds it done
  }
  function add() {
    if (!pending()) return;
    told.textContent = words.added.replace("{what}", pending());
    items = read();
    input.value = "";
    left.renew();
    draw();
    touch(true);
  }
  function remove(place) {
    told.textContent = words.removed.replace("{what}", items[place]);
    items = items.filter((_, other) => other !== place);
    draw();
    (list.querySelectorAll("button")[Math.min(place, items.length - 1)] ?? input).focus();
    touch(true);
  }
  function draw() {
    list.hidden = items.length === 0;
    list.replaceChildren(...items.map((text, place) => {
      const label = words.remove.replace("{what}", text);
      const button = make("button", { type: "button", title: label, "aria-label": label, onclick: () => remove(place) }, icon("close"));
      return make("li", {}, make("span", {}, text), field.locked ? null : button);
    }));
  }
  const write = (value) => ((items = [...value]), (input.value = ""), left.renew(), draw());
  const entry = make("div", { class: "mkf-line" }, input, button, proposals);
  entry.hidden = field.locked;
  return { parts: [list, entry, left.told, told], targets: [input], read, write };
}

const KINDS = {
  lines, choice, tick, range, dial, tags,
  radio: (field, id, touch) => boxes(field, id, touch, "radio"),
  ticks: (field, id, touch) => boxes(field, id, touch, "checkbox"),
};

// -- a field: its control between label, help and error ------------------------------------------------------

function build(field, words, touched) {
  const id = uniqueId();
  const row = { field };
  const control = (KINDS[field.kind] ?? line)(field, id, (atOnce) => touched(row, atOnce), words);
  const required = field.required ? make("span", { class: "mkf-required" }, " (" + words.required + ")") : null;
  const name = [make("span", {}, ...breakable(field.label)), required];
  const help = field.help ? make("p", { class: "mkf-help", id: id + "h" }, field.help) : null;
  const error = make("p", { class: "mkf-error", id: id + "e", hidden: true });
  const attributes = { class: `mkf-field mkf-${field.width}`, "data-name": field.name };
  const above = (...labels) => make("div", { class: "mkf-head" }, ...labels, help);
  const body = make("div", { class: "mkf-body" }, ...control.parts);
  if (control.group) {
    const radio = field.kind === "radio" ? { role: "radiogroup", "aria-required": field.required ? "true" : undefined } : {};
    // no fieldset: its legend cannot stand in the row of the labels beside it
    const named = make("div", { class: "mkf-name", id: id + "n" }, ...name);
    row.element = make("div", { role: "group", "aria-labelledby": id + "n", ...attributes, ...radio }, above(named), body, error);
  } else if (control.beside) {
    const label = make("label", { class: "mkf-option" }, ...control.targets, make("span", {}, ...name));
    row.element = make("div", attributes, above(), make("div", { class: "mkf-body" }, label), error);
  } else {
    row.element = make("div", attributes, above(make("label", { for: id }, ...name)), body, error);
  }
  if (field.required && !control.group) control.targets[0].setAttribute("aria-required", "true");

  // what names the field also tells what is wrong with it: the group of radio buttons or ticks, else the control
  const told = control.group ? row.element : control.targets[0];
  const invalid = field.kind === "ticks" ? control.targets : [told]; // a plain group cannot be invalid
  row.tell = (why) => {
    error.replaceChildren(...(why ? [icon("error"), make("span", {}, why)] : []));
    error.hidden = !why;
    row.element.classList.toggle("mkf-wrong", Boolean(why));
    for (const part of invalid) part.setAttribute("aria-invalid", String(Boolean(why)));
    const described = [help?.id, why ? error.id : ""].filter(Boolean).join(" ");
    if (described) told.setAttribute("aria-describedby", described);
    else told.removeAttribute("aria-describedby");
  };
  row.focus = () => (control.targets.find((input) => input.checked) ?? control.targets[0])?.focus();
  return Object.assign(row, { read: control.read, write: control.write, known: undefined, sent: 0 });
}

// -- what the browser keeps until Python has it in safety ------------------------------------------------------

const shelf = (model) => {
  const run = new URLSearchParams(location.search).get("run") ?? "";
  // whatever begins with mentorkit: is wiped at log-out
  const place = () => "mentorkit:" + JSON.stringify([model.get("_owner"), location.pathname, run, model.get("key")]);
  const read = () => {
    try {
      return (model.get("key") && JSON.parse(sessionStorage.getItem(place()))) || {};
    } catch {
      return {};
    }
  };
  const write = (kept) => {
    if (!model.get("key")) return;
    try {
      if (Object.keys(kept).length) sessionStorage.setItem(place(), JSON.stringify(kept));
      else sessionStorage.removeItem(place());
    } catch {} // no room: the text is still in the field, and on its way
  };
  return { read, write };
};

function render({ model, el }) {
  const words = model.get("_words");
  const rows = new Map();
  const headings = new Map();
  const kept = shelf(model);
  const id = uniqueId();
  let base = {}; // what needs no keeping: it came from Python, or is safe there
  let filled = model.get("_filled");
  let key = model.get("key");

  const title = make("h3", { class: "mkf-title", id: id + "t" });
  const list = make("ul");
  const told = make("p", { id: id + "s" });
  const summary = make("div", { class: "mkf-summary", role: "group", tabindex: "-1", "aria-labelledby": id + "s", hidden: true }, told, list);
  const again = make("p", { class: "mkf-again", role: "status" });
  const grid = make("div", { class: "mkf-grid" });
  const form = make("form", { novalidate: true, onsubmit: submit }, title, summary, again, grid);

  function touched(row, atOnce) {
    const all = kept.read();
    if (same(row.read(), base[row.field.name])) delete all[row.field.name];
    else all[row.field.name] = row.read();
    kept.write(all);
    clearTimeout(row.timer);
    if (atOnce) send(row);
    else if (atOnce === false) row.timer = setTimeout(() => send(row), REST);
  }

  function send(row) {
    clearTimeout(row.timer);
    const value = row.read();
    if (same(value, row.known)) return;
    row.known = value;
    row.sent = nextNumber();
    try {
      model.send({ edit: row.field.name, value, number: row.sent, key: model.get("key") });
    } catch {
      row.known = undefined; // no kernel hears it: it is kept, and sent when there is one again
    }
  }

  // Enter in the only line of a form; the browser asks for it in no other
  function submit(event) {
    event.preventDefault();
    for (const row of rows.values()) send(row);
    model.send({ submit: true });
  }

  function restore(row) {
    const { name, locked } = row.field;
    const all = kept.read();
    if (locked || !Object.hasOwn(all, name) || same(all[name], row.read())) return;
    row.write(all[name]);
    send(row);
    again.textContent = words.again;
  }

  function newRow(field, spec, old) {
    if (old) send(old);
    const row = build(field, words, touched);
    row.spec = spec;
    const value = model.get("values")[field.name];
    row.write(old ? old.read() : value);
    row.known = old ? old.known : value;
    row.sent = old ? old.sent : 0;
    rows.set(field.name, row);
    if (!old) {
      base[field.name] = value;
      restore(row);
    }
    return row;
  }

  function heading(text) {
    if (!headings.has(text)) headings.set(text, make("h3", { class: "mkf-group" }, text));
    return headings.get(text);
  }

  function drawFields() {
    const focused = whereFocused();
    const fields = model.get("_fields");
    for (const name of rows.keys()) if (!fields.some((field) => field.name === name)) rows.delete(name);
    const given = model.get("key") !== key || model.get("_filled") !== filled; // other values come with the fields
    const elements = fields.flatMap((field, n) => {
      const spec = JSON.stringify(field);
      const old = rows.get(field.name);
      const { element } = old?.spec === spec ? old : newRow(field, spec, given ? undefined : old);
      return field.group && field.group !== fields[n - 1]?.group ? [heading(field.group), element] : [element];
    });
    const there = [...grid.children];
    const anew = elements.filter((element) => !there.includes(element));
    const inPlace = elements.length === there.length && elements.every((element, n) => element === there[n] || anew.includes(element));
    if (inPlace) there.forEach((old, n) => old !== elements[n] && old.replaceWith(elements[n])); // the others keep the focus
    else grid.replaceChildren(...elements);
    if (focused && !rows.get(focused.name)?.element.contains(document.activeElement)) focusAgain(focused);
    drawErrors();
  }

  const inside = (element) => [...element.querySelectorAll("input, select, textarea, button")];

  function whereFocused() {
    const active = document.activeElement;
    const row = [...rows.values()].find((one) => one.element.contains(active));
    return row && { name: row.field.name, place: inside(row.element).indexOf(active), from: active.selectionStart, to: active.selectionEnd };
  }

  function focusAgain({ name, place, from, to }) {
    const row = rows.get(name);
    const part = row && inside(row.element)[place];
    part?.focus();
    if (typeof from === "number") part?.setSelectionRange?.(from, to);
  }

  function takeValues() {
    const values = model.get("values");
    const forced = model.get("_filled") !== filled;
    const other = model.get("key") !== key;
    [filled, key] = [model.get("_filled"), model.get("key")];
    if (forced && !other) kept.write({}); // what stood there is given up
    if (forced || other) again.textContent = "";
    for (const row of rows.values()) {
      if (!Object.hasOwn(values, row.field.name)) continue; // the field is going: its turn comes with the fields
      const value = values[row.field.name];
      const atRest = same(row.read(), row.known) && model.get("_heard") >= row.sent;
      if (!forced && !other && !atRest) continue; // somebody is typing: Python will hear of it
      clearTimeout(row.timer);
      if (!same(row.read(), value)) row.write(value);
      row.known = value;
      if (forced || other) [row.sent, base[row.field.name]] = [0, value];
      if (other) restore(row);
    }
  }

  function drawErrors() {
    const errors = model.get("errors");
    for (const row of rows.values()) row.tell(errors[row.field.name] ?? "");
    const named = [...rows.values()].filter((row) => errors[row.field.name]);
    const others = Object.keys(errors).filter((name) => !rows.has(name));
    const said = ({ field: { name, label } }) => (errors[name].startsWith(label) ? errors[name] : `${label}: ${errors[name]}`);
    const links = named.map((row) => make("a", { href: "#" + id, onclick: (event) => (event.preventDefault(), row.focus()) }, ...breakable(said(row))));
    list.replaceChildren(...[...links, ...others.map((name) => errors[name])].map((part) => make("li", {}, part)));
    told.textContent = model.get("_summary");
    summary.hidden = !list.children.length || (rows.size === 1 && !others.length);
  }

  function heard({ event }) {
    if (event === "refused") requestAnimationFrame(() => (summary.hidden ? [...rows.values()].find((row) => row.element.matches(".mkf-wrong"))?.focus() : summary.focus()));
    if (event === "focus") requestAnimationFrame(() => rows.values().next().value?.focus());
    if (event !== "safe") return;
    base = { ...model.get("values") };
    const rest = Object.entries(kept.read()).filter(([name, value]) => !same(value, base[name]));
    kept.write(Object.fromEntries(rest));
  }

  function drawTitle() {
    title.textContent = model.get("title");
    title.hidden = !title.textContent;
    if (title.hidden) form.removeAttribute("aria-labelledby");
    else form.setAttribute("aria-labelledby", title.id);
  }

  el.classList.add("mkw", "mkf");
  el.replaceChildren(form);
  drawTitle();
  drawFields();
  const unfollow = follow(model, {
    "change:title": drawTitle,
    "change:_fields": drawFields,
    "change:values change:_filled change:key": takeValues,
    "change:errors change:_summary": drawErrors,
    "msg:custom": heard,
  });
  return () => {
    for (const row of rows.values()) send(row);
    unfollow();
  };
}

export default { render };

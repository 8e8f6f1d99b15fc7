// What the components share. It stands before each of them in one module (see assets.py).
const SVG = "http://www.w3.org/2000/svg";
// every widget gets a copy of this module of its own, so the counter lives on the page
const uniqueId = () => "mk" + (globalThis.mentorkitIds = (globalThis.mentorkitIds ?? 0) + 1);

// An element with attributes, listeners (onclick: …) and children; texts become text nodes.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Browsers break no word at a slash, and no file's name or address at all: it would widen a table, or its last
// letter would stand alone.
const breakable = (text) => text.split(/(?<=[/_@])|(?=\.[a-z]{2})/i).flatMap((part, place) => (place ? [make("wbr"), part] : [part]));

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const icon = (name) =>
  Object.hasOwn(ICONS, name)
    ? svg("svg", { viewBox: "0 0 24 24", class: "mkw-icon", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }))
    : null;

// Listen to changes of traits and to messages of Python; the function returned ends it.
function follow(model, handlers) {
  for (const [event, handler] of Object.entries(handlers)) model.on(event, handler);
  return () => {
    for (const [event, handler] of Object.entries(handlers)) model.off(event, handler);
  };
}

// Do something with a part of the page as soon as it is there; other widgets are drawn in their own time.
function whenThere(find, act, tries = 300) {
  const found = find();
  if (found) act(found);
  else if (tries) requestAnimationFrame(() => whenThere(find, act, tries - 1));
}

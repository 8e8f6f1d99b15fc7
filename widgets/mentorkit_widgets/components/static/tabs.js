// The titles of tabs: one stop of the tab key, arrow keys go from one to the next and show it.
function render({ model, el }) {
  const id = uniqueId();
  const list = make("div", { role: "tablist", class: "mkp-list", onkeydown: key, onscroll: edges });
  let buttons = [];

  const panel = (place) => document.querySelector(`.mk-panel-${CSS.escape(model.get("_uid"))}-${place}`);

  function show(place) {
    const [name] = model.get("tabs")[place];
    buttons[place].focus();
    if (name !== model.get("value")) model.send({ show: name });
  }

  function key(event) {
    const here = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const to = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here === 0 ? last : here - 1, Home: 0, End: last }[event.key];
    if (to === undefined || here < 0) return;
    event.preventDefault();
    show(to);
  }

  function center(button) {
    list.scrollTo({ left: button.offsetLeft - list.clientWidth / 2 + button.clientWidth / 2 });
  }

  function fit() {
    const shown = buttons.find((button) => button.tabIndex === 0);
    if (shown) center(shown);
    edges();
  }

  function edges() {
    list.classList.toggle("mkp-before", list.scrollLeft > 4);
    list.classList.toggle("mkp-after", list.scrollWidth - list.clientWidth - list.scrollLeft > 4);
  }

  function draw() {
    const focused = buttons.indexOf(document.activeElement);
    list.setAttribute("aria-label", model.get("label"));
    buttons = model.get("tabs").map(([, title], place) =>
      make("button", { type: "button", role: "tab", id: `${id}-${place}`, class: "mkp-tab", onclick: () => show(place) }, title));
    list.replaceChildren(...buttons);
    buttons[focused]?.focus();
    mark();
    edges();
    buttons.forEach((button, place) => whenThere(() => panel(place), (found) => tie(button, found)));
  }

  function tie(button, found) {
    found.id ||= button.id + "p";
    found.setAttribute("role", "tabpanel");
    found.setAttribute("aria-labelledby", button.id);
    button.setAttribute("aria-controls", found.id);
  }

  function mark() {
    buttons.forEach((button, place) => {
      const on = model.get("tabs")[place][0] === model.get("value");
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      if (on) center(button);
    });
  }

  el.classList.add("mkw", "mkp");
  el.replaceChildren(list);
  // the button that led here is gone with its panel: the focus goes to the title of the one that is shown
  const heard = ({ event }) => event === "focus" && buttons.find((button) => button.tabIndex === 0)?.focus();
  const unfollow = follow(model, { "change:tabs change:label": draw, "change:value": mark, "msg:custom": heard });
  const observer = new ResizeObserver(fit);
  observer.observe(list);
  draw();
  return () => {
    observer.disconnect();
    unfollow();
  };
}

export default { render };

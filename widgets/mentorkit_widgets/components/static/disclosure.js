// A button that unfolds the part below it.
function render({ model, el }) {
  const id = uniqueId();
  const title = make("span", { class: "mkd-title" });
  const note = make("span", { class: "mkd-note" });
  const button = make("button", { type: "button", class: "mkd-button", onclick: toggle }, icon("open"), title, note);

  function toggle() {
    model.send({ open: !model.get("opened") });
  }

  function draw() {
    title.textContent = model.get("title");
    note.textContent = model.get("note");
    button.setAttribute("aria-expanded", String(model.get("opened")));
  }

  const level = model.get("level");
  el.classList.add("mkw", "mkd");
  el.replaceChildren(level ? make("h" + level, { class: "mkd-heading" }, button) : button);
  const unfollow = follow(model, { "change:title change:note change:opened": draw });
  draw();
  whenThere(
    () => document.querySelector(".mk-panel-" + CSS.escape(model.get("_uid"))),
    (part) => {
      part.id ||= id;
      button.setAttribute("aria-controls", part.id);
    },
  );
  return unfollow;
}

export default { render };

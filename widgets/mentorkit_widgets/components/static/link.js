// The whole address of a page, to be handed over: it is shown and copied here, never followed.
function render({ model, el }) {
  const id = uniqueId();
  const field = make("input", { id, type: "text", readonly: true, class: "mkl-address", onfocus: () => field.select() });
  const label = make("label", { for: id, class: "mkl-label" });
  const copy = make("button", { type: "button", class: "mk-plain-button mkl-copy", onclick: hand });
  const told = make("p", { role: "status", class: "mkl-told" });
  const box = make("div", { class: "mkw mkl" }, label, make("div", { class: "mkl-row" }, field, copy), told);

  // only a secure page may write to the clipboard; else the address is selected, and people copy it
  async function hand() {
    const words = model.get("_words");
    told.textContent = "";
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = words.copied;
    } catch {
      field.focus();
      field.setSelectionRange(0, field.value.length);
      told.textContent = words.selected;
    }
  }

  function draw() {
    const path = model.get("path");
    const words = model.get("_words");
    box.hidden = !path;
    label.textContent = model.get("label");
    copy.textContent = words.copy;
    told.textContent = "";
    field.value = path && new URL(path, location.origin).href;
  }

  el.replaceChildren(box);
  draw();
  return follow(model, { "change:path change:label": draw });
}

export default { render };

// The whole address of a page, to be handed over: it is shown and copied here, never followed.
function render({ model, el }) {
  const id = uniqueId();
  const field = make("input", { id, type: "text", readonly: true, class: "mkl-address", onfocus: () => field.select() });
  const label = make("label", { for: id, class: "mkl-label" });
  const copy = make("button", { type: "button", class: "mk-plain-button mkl-copy", onclick: () => hand(field, "") });
  const textId = uniqueId();
  const text = make("textarea", { id: textId, rows: 12, readonly: true, class: "mkl-text" });
  const textLabel = make("label", { for: textId, class: "mkl-label" });
  const copyText = make("button", { type: "button", class: "mk-plain-button mkl-copy", onclick: () => hand(text, "text_") });
  const message = make("div", { class: "mkl-message" }, textLabel, text, copyText);
  const told = make("p", { role: "status", class: "mkl-told" });
  const box = make("div", { class: "mkw mkl" }, label, make("div", { class: "mkl-row" }, field, copy), message, told);

  // only a secure page may write to the clipboard; else the address is selected, and people copy it
  async function hand(from, kind) {
    const words = model.get("_words");
    told.textContent = "";
    try {
      await navigator.clipboard.writeText(from.value);
      told.textContent = words[kind + "copied"];
    } catch {
      from.focus();
      from.setSelectionRange(0, from.value.length);
      told.textContent = words[kind + "selected"];
    }
  }

  function draw() {
    const path = model.get("path");
    const words = model.get("_words");
    box.hidden = !path;
    label.textContent = model.get("label");
    copy.textContent = words.copy;
    told.textContent = "";
    field.value = path && new URL(path, location.href).href;
    message.hidden = !model.get("text");
    textLabel.textContent = model.get("text_label");
    copyText.textContent = words.copy_text;
    text.value = model.get("text").replaceAll("{address}", () => field.value);
  }

  el.replaceChildren(box);
  draw();
  return follow(model, { "change:path change:label change:text change:text_label": draw });
}

export default { render };

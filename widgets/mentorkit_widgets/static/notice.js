// The message at the edge of the window. The parts that are read aloud stay in the page; their text changes.
function render({ model, el }) {
  const status = make("p", { role: "status", class: "mko-text" });
  const alert = make("p", { role: "alert", class: "mko-text" });
  const sign = make("span", { class: "mko-sign" });
  const bar = make("progress", { class: "mko-progress", max: "1" });
  const close = make("button", { type: "button", class: "mko-close", title: model.get("_words").close, "aria-label": model.get("_words").close, onclick: shut }, icon("close"));
  const box = make("div", { class: "mko-box" }, sign, make("div", { class: "mko-words" }, status, alert, bar), close);
  const kept = make("p", { role: "status", class: "mko-kept" });
  const SIGNS = { done: "check", refused: "error", busy: "clock" };
  let shown = "";

  function shut() {
    box.hidden = true;
  }

  function draw() {
    const [text, kind, told] = [model.get("text"), model.get("kind"), model.get("told")];
    const news = JSON.stringify([text, kind, told]) !== shown;
    shown = JSON.stringify([text, kind, told]);
    const [here, other] = kind === "refused" ? [alert, status] : [status, alert];
    other.textContent = "";
    if (here.textContent !== text) here.textContent = text;
    if (news) {
      sign.replaceChildren(icon(SIGNS[kind]));
      box.dataset.kind = kind;
      box.hidden = !text;
    }
    close.hidden = kind === "busy";
    bar.hidden = kind !== "busy";
    bar.setAttribute("aria-label", text || "–");
    if (model.get("progress") > 0) bar.value = model.get("progress");
    else bar.removeAttribute("value");
    kept.textContent = model.get("kept");
    kept.hidden = !kept.textContent;
  }

  el.classList.add("mkw", "mko");
  el.replaceChildren(box, kept);
  const unfollow = follow(model, { "change:text change:kind change:progress change:kept change:told": draw });
  draw();
  return unfollow;
}

export default { render };

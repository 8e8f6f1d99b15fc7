// The message at the edge of the window. The parts that are read aloud stay in the page; their text changes.
const SIGNS = { done: "check", refused: "error", busy: "clock" };

function render({ model, el }) {
  const label = model.get("_words").close;
  const status = make("p", { role: "status", class: "mko-text" });
  const alert = make("p", { role: "alert", class: "mko-text" });
  const sign = make("span", { class: "mko-sign" });
  const bar = make("progress", { class: "mko-progress", max: "1" });
  const close = make("button", { type: "button", class: "mko-close", title: label, "aria-label": label, onclick: () => write("") }, icon("close"));
  const box = make("div", { class: "mko-box" }, sign, make("div", {}, status, alert, bar), close);
  const kept = make("p", { role: "status", class: "mko-kept" });
  let shown = "";

  function write(text) {
    const kind = model.get("kind");
    const [here, other] = kind === "refused" ? [alert, status] : [status, alert];
    other.textContent = "";
    if (here.textContent !== text) here.textContent = text;
    sign.replaceChildren(...(text ? [icon(SIGNS[kind])] : []));
    box.dataset.kind = kind;
    box.classList.toggle("mko-empty", !text);
    close.hidden = !text || kind === "busy";
    bar.hidden = !text || kind !== "busy";
    bar.setAttribute("aria-label", text || label);
    settle();
  }

  function draw() {
    const news = JSON.stringify([model.get("text"), model.get("kind"), model.get("told")]);
    if (news !== shown) write(model.get("text")); // what was closed stays so until there is news
    shown = news;
    if (model.get("progress") > 0) bar.value = model.get("progress");
    else bar.removeAttribute("value");
    kept.textContent = model.get("kept");
    settle();
  }

  // what was done is told until the next thing is done, what was refused until something else is tried or looked
  // at: who types is mending it; a second click of the same one is none
  function acted({ type, target, detail }) {
    const kind = model.get("kind");
    const over = kind === "done" || (kind === "refused" && type === "click" && target.closest?.("button, [role=tab]"));
    if (over && detail < 2 && !el.contains(target)) write("");
  }

  const settle = () => el.classList.toggle("mko-silent", box.matches(".mko-empty") && !kept.textContent);

  el.classList.add("mkw", "mko");
  el.replaceChildren(box, kept);
  const unfollow = follow(model, { "change:text change:kind change:progress change:kept change:told": draw });
  document.addEventListener("click", acted, true);
  document.addEventListener("input", acted, true);
  draw();
  return () => {
    document.removeEventListener("click", acted, true);
    document.removeEventListener("input", acted, true);
    unfollow();
  };
}

export default { render };

// A heading that takes the focus when what it stands over is opened, and gives it back when that is closed.
function render({ model, el }) {
  const heading = make("h2", { tabindex: "-1", class: "mkh" });
  let opener = null; // what had the focus when it was opened
  let box = null;

  const visible = (element) => element.isConnected && element.getClientRects().length > 0;

  // the button itself, or what was drawn anew in its place: the same of its row, or another one there
  function whereOpened() {
    if (opener && visible(opener)) return opener;
    const key = opener?.dataset.focus;
    if (!key) return null;
    const buttons = [...document.querySelectorAll("button[data-focus]")].filter(visible);
    const row = JSON.parse(key)[0];
    return buttons.find((button) => button.dataset.focus === key) ?? buttons.findLast((button) => JSON.parse(button.dataset.focus)[0] === row);
  }

  function giveBack() {
    const elsewhere = () => document.activeElement !== document.body && !box?.contains(document.activeElement);
    if (elsewhere()) return;
    let tries = 30;
    const take = (element) => {
      if (elsewhere()) return;
      // the button may go only now, with what comes of what was done
      element.addEventListener("blur", () => requestAnimationFrame(() => visible(element) || elsewhere() || next()?.focus()), { once: true });
      element.focus();
    };
    whenThere(() => whereOpened() ?? (tries-- > 0 ? null : next()), take, 31);
  }

  // where the row is gone with what was done, the one looked at in the list it stood in, or the first
  function next() {
    const rows = [...(box?.parentElement?.querySelectorAll("button[data-focus]") ?? [])].filter(visible);
    return rows.find((row) => row.closest(".mkt-selected")) ?? rows[0];
  }

  const inSight = () => heading.getClientRects().length > 0;

  // as soon as the part is in sight; whoever has gone on by herself meanwhile is not called back
  function takeFocus(tries) {
    const over = new AbortController(); // what had the focus may be drawn anew: only what she does counts
    for (const deed of ["keydown", "pointerdown"]) document.addEventListener(deed, () => over.abort(), { capture: true, signal: over.signal });
    const take = () => {
      if (over.signal.aborted) return;
      over.abort();
      heading.focus();
      heading.scrollIntoView({ block: "nearest" });
    };
    requestAnimationFrame(() => whenThere(inSight, take, tries));
  }

  function show() {
    const text = model.get("text");
    if (text && !box?.contains(document.activeElement)) opener = document.activeElement;
    heading.textContent = text;
    heading.hidden = !text;
    if (text && box) box.scrollTop = 0; // also where nobody is led here: a card that scrolls shows whose it is
    // the part around it may only now become visible, or vanish
    if (text) takeFocus();
    else requestAnimationFrame(giveBack);
  }

  function key(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || !model.get("text")) return;
    event.stopPropagation();
    model.send({ event: "close" });
  }

  el.replaceChildren(heading);
  heading.hidden = true;
  if (model.get("text")) show();
  whenThere(() => el.parentElement, (parent) => (box = parent).addEventListener("keydown", key));
  const heard = ({ event }) => event === "focus" && takeFocus(30);
  const unfollow = follow(model, { "change:text": show, "msg:custom": heard });
  return () => {
    box?.removeEventListener("keydown", key);
    unfollow();
  };
}

export default { render };

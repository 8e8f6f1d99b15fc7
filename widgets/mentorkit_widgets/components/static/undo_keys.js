// Ctrl+Z goes a step back, Ctrl+Shift+Z and Ctrl+Y one forth; in a field they stay what the field makes of them.
function render({ model, el }) {
  const types = (element) => element.isContentEditable || element.matches("textarea, input:not([type=radio], [type=checkbox], [type=button]), [role=slider]");

  function key(event) {
    if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey) || types(event.target)) return;
    const [letter, shift] = [event.key.toLowerCase(), event.shiftKey];
    const step = letter === "z" ? (shift ? "forth" : "back") : letter === "y" && !shift ? "forth" : "";
    if (!step) return;
    event.preventDefault();
    if (!event.repeat) model.send({ step });
  }

  el.hidden = true;
  document.addEventListener("keydown", key);
  return () => document.removeEventListener("keydown", key);
}

export default { render };

// A heading that takes the focus when what it stands over is opened.
function render({ model, el }) {
  const heading = document.createElement("h2");
  heading.tabIndex = -1;
  heading.style.margin = "0 0 0.5rem";
  heading.style.scrollMarginTop = "6rem";

  function show() {
    heading.textContent = model.get("text");
    heading.hidden = !model.get("text");
    // the part around it may only now become visible
    if (model.get("text")) requestAnimationFrame(() => (heading.focus(), heading.scrollIntoView({ block: "nearest" })));
  }

  el.replaceChildren(heading);
  model.on("change:text", show);
  heading.textContent = model.get("text");
  heading.hidden = !model.get("text");
  return () => model.off("change:text", show);
}

export default { render };

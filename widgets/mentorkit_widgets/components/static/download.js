// A link to a file that the kernel made: its bytes come once and stay in this page.
function render({ model, el }) {
  const link = document.createElement("a");
  link.className = "mk-download mk-plain-button";
  let address = "";

  function release() {
    if (address) URL.revokeObjectURL(address);
    address = "";
  }

  function draw() {
    release();
    const content = model.get("content");
    if (!content || content.byteLength === 0) {
      link.remove();
      return;
    }
    address = URL.createObjectURL(new Blob([content], { type: model.get("media_type") }));
    link.href = address;
    link.download = model.get("name");
    link.textContent = model.get("label");
    el.replaceChildren(link);
  }

  const changed = "change:content change:name change:media_type change:label";
  model.on(changed, draw);
  draw();
  return () => {
    model.off(changed, draw);
    release();
  };
}

export default { render };

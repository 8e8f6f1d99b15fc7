// Choosing files: the native field, hidden but focusable, under a label that looks like a button.

function render({ model, el }) {
  const id = uniqueId();
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.id = id;
  input.className = "mku-input";
  input.setAttribute("aria-describedby", id + "d");
  const label = document.createElement("label");
  label.htmlFor = id;
  label.className = "mku-button";
  const hint = document.createElement("span");
  hint.id = id + "d";
  const area = document.createElement("div");
  area.className = "mku-area";
  const refusal = document.createElement("p");
  refusal.setAttribute("role", "alert");
  refusal.className = "mku-refusal";
  area.append(input, label, hint, refusal);

  async function send(files) {
    if (!files.length) return;
    const tooLarge = files.reduce((sum, file) => sum + file.size, 0) > model.get("most");
    refusal.textContent = tooLarge ? model.get("too_large") : "";
    if (tooLarge) {
      input.value = "";
      return;
    }
    area.classList.add("mku-busy");
    const contents = await Promise.all(files.map((file) => file.arrayBuffer()));
    model.send({ files: files.map((file) => file.name) }, undefined, contents);
    input.value = ""; // so that the same files can be chosen again
    area.classList.remove("mku-busy");
  }

  function over(event) {
    event.preventDefault();
    area.classList.toggle("mku-over", event.type === "dragover");
    if (event.type === "drop") send([...event.dataTransfer.files]);
  }

  function draw() {
    label.textContent = model.get("label");
    hint.textContent = model.get("drop");
    input.accept = model.get("accept");
    area.classList.toggle("mku-quiet", model.get("quiet"));
  }

  input.addEventListener("change", () => send([...input.files]));
  for (const kind of ["dragover", "dragleave", "drop"]) area.addEventListener(kind, over);
  el.classList.add("mkw", "mku");
  el.replaceChildren(area);
  const unfollow = follow(model, { "change:label change:drop change:accept change:quiet": draw });
  draw();
  return unfollow;
}

export default { render };

// One of a few: native radio buttons in a named group.

function render({ model, el }) {
  const name = uniqueId();
  const group = document.createElement("fieldset");

  function option([key, text]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = name;
    input.value = key;
    input.addEventListener("change", () => model.send({ choose: key }));
    const word = document.createElement("span");
    word.textContent = text;
    label.append(input, word);
    return label;
  }

  function draw() {
    const focused = group.contains(document.activeElement) ? document.activeElement.value : null;
    const legend = document.createElement("legend");
    legend.textContent = model.get("label");
    group.replaceChildren(legend, ...model.get("options").map(option));
    check();
    if (focused !== null) group.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  function check() {
    for (const input of group.querySelectorAll("input")) input.checked = input.value === model.get("value");
  }

  el.classList.add("mkw", "mkc");
  el.replaceChildren(group);
  const unfollow = follow(model, { "change:label change:options": draw, "change:value": check });
  draw();
  return unfollow;
}

export default { render };

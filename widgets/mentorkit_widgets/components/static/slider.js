// A step of a few in their order: a native slider that says its step in words.

function render({ model, el }) {
  const id = uniqueId();
  const label = make("label", { for: id });
  const input = make("input", { type: "range", id, min: 0, step: 1, oninput: () => model.send({ choose: steps()[Number(input.value)][0] }) });
  const now = make("output", { for: id });
  const marks = make("div", { class: "mks-marks", "aria-hidden": "true" });

  const steps = () => model.get("options");

  function draw() {
    const place = Math.max(0, steps().findIndex(([key]) => key === model.get("value")));
    label.textContent = model.get("label");
    input.max = steps().length - 1;
    input.value = place;
    input.setAttribute("aria-valuetext", steps()[place][1]);
    now.textContent = steps()[place][1];
    marks.replaceChildren(...steps().map(([, text], k) => make("span", { class: k === place ? "mks-here" : "" }, text)));
  }

  el.classList.add("mkw", "mks");
  el.replaceChildren(make("div", { class: "mks-head" }, label, now), make("div", { class: "mks-rail" }, input, marks));
  const unfollow = follow(model, { "change:label change:options change:value": draw });
  draw();
  return unfollow;
}

export default { render };

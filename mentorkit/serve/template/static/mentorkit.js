// What a page does besides its app: menus close, log-in links go on by themselves, and an open app says
// what happened when its kernel, the server, the network or the log-in is gone.
(function () {
  "use strict";

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.mk-menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.mk-menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.mk-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  for (const button of document.querySelectorAll("[data-theme]")) {
    button.addEventListener("click", () => {
      const theme = button.dataset.theme;
      document.documentElement.dataset.mkTheme = theme;
      document.cookie = `mentorkit-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
      for (const other of document.querySelectorAll("[data-theme]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
    });
  }

  const atOnce = document.querySelector("form[data-submit-at-once]");
  if (atOnce) atOnce.submit();

  const configuration = document.getElementById("jupyter-config-data");
  if (!configuration) return;
  const kernel = JSON.parse(configuration.textContent).kernelId;
  const words = JSON.parse(document.getElementById("mk-words").textContent);
  const banner = document.getElementById("mk-banner");
  const SECONDS = 5;
  let failures = 0;
  let ended = false;

  function button(text, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  }

  function show(kind) {
    if (banner.dataset.kind === kind) return;
    banner.dataset.kind = kind;
    banner.hidden = !kind;
    const action =
      kind === "failed" ? button(words.close, () => show("")) : button(words.reload, () => location.reload());
    banner.replaceChildren(...(kind ? [document.createTextNode(words[kind] + " "), action] : []));
    document.documentElement.classList.toggle("mk-stopped", ["gone", "out", "offline"].includes(kind));
  }

  function end(kind) {
    ended = true;
    show(kind);
  }

  async function look() {
    if (ended) return;
    let answer;
    try {
      answer = await fetch("/state?kernel=" + encodeURIComponent(kernel), { cache: "no-store" });
    } catch {
      show("offline");
      return;
    }
    if (answer.status === 403) return end("out");
    if (!answer.ok) return show("offline");
    const state = await answer.json();
    if (!state.alive) return end("gone");
    if (banner.dataset.kind === "offline") show("");
    if (state.failures > failures) show("failed");
    failures = state.failures;
  }
  setInterval(look, SECONDS * 1000);
  addEventListener("online", look);
  addEventListener("offline", () => !ended && show("offline"));

  addEventListener("pagehide", (event) => {
    if (event.persisted) return;
    const token = (document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) || [])[1] || "";
    ended = true;
    fetch("/voila/api/shutdown/" + kernel, {
      method: "POST",
      keepalive: true,
      headers: { "X-XSRFToken": token },
    });
  });
})();

// What a page does besides its app: menus close, log-in links go on by themselves, and an open app says
// what happened when its kernel, the server, the network or the log-in is gone.
(function () {
  "use strict";
  const base = document.querySelector(".mk-header").dataset.base;

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
      document.cookie = `mentorkit-theme=${theme}; path=${base}; max-age=31536000; samesite=lax`;
      for (const other of document.querySelectorAll("[data-theme]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
    });
  }

  // a sheet of paper tells when it was printed
  window.addEventListener("beforeprint", () => {
    const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    const day = document.querySelector(".mk-print-head time");
    if (day) day.textContent = new Date().toLocaleDateString(language, { dateStyle: "long" });
  });

  const atOnce = document.querySelector("form[data-submit-at-once]");
  if (atOnce) atOnce.submit();

  // What was typed is kept in the tab until it is stored, under a key that begins with whose it is. It waits for
  // her where the log-in has ended by itself; for another user nothing of it is left, nor after log-out, in no tab.
  const PREFIX = "mentorkit:";
  const user = document.querySelector(".mk-header")?.dataset.user;
  const tabs = new BroadcastChannel("mentorkit");
  function forget(but) {
    for (const key of Object.keys(sessionStorage)) {
      const own = but && key.startsWith(`${PREFIX}[${JSON.stringify(but)},`);
      if (key.startsWith(PREFIX) && !own) sessionStorage.removeItem(key);
    }
  }
  function loggedOut() {
    forget();
    setInterval(forget, 500); // as long as the page is open, something may be typed in it
    addEventListener("pagehide", () => forget());
  }
  if (user) forget(user);
  tabs.addEventListener("message", loggedOut);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".mk-logout")) return;
    loggedOut();
    tabs.postMessage("logout");
  });

  const configuration = document.getElementById("jupyter-config-data");
  if (!configuration) return;
  const kernel = JSON.parse(configuration.textContent).kernelId;
  const words = JSON.parse(document.getElementById("mk-words").textContent);
  const banner = document.getElementById("mk-banner");
  const SECONDS = 2;
  let failures = 0;
  let ended = false;

  // The sign that the page is loading stays until there is something to see.
  const sign = document.getElementById("loading");
  const slow = setTimeout(() => (sign.lastElementChild.textContent = words.slow), 6000);
  const drawing = new MutationObserver(drawn);
  function drawn() {
    const cells = document.getElementById("rendered_cells");
    if (!cells?.querySelector(".lm-Widget, .jp-RenderedHTMLCommon, [role=alert]")) return;
    drawing.disconnect();
    clearTimeout(slow);
    sign.remove();
  }
  drawing.observe(document.body, { childList: true, subtree: true });
  drawn();

  function button(text, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  }

  function show(kind) {
    if ((banner.dataset.kind || "") === kind) return;
    banner.dataset.kind = kind;
    banner.hidden = !kind;
    const reload = () => location.reload();
    const actions = {
      "": [],
      failed: [button(words.close, () => show(""))],
      offline: [],
      back: [],
      out: [button(words.login, reload)],
    };
    banner.replaceChildren(words[kind] || "", ...(actions[kind] || [button(words.reload, reload)]));
    document.documentElement.classList.toggle("mk-stopped", !["", "failed", "back"].includes(kind));
  }

  function end(kind) {
    ended = true;
    sign.remove();
    show(kind);
  }

  function back() {
    show("back");
    setTimeout(() => banner.dataset.kind === "back" && show(""), 4000);
    const line = window.jupyterapp?.widgetManager?.kernel;
    if (line && line.connectionStatus !== "connected") line.reconnect();
  }

  let asking = false;
  async function look() {
    if (ended || asking) return;
    asking = true;
    try {
      const patience = AbortSignal.timeout(SECONDS * 1000);
      const answer = await fetch(base + "state?kernel=" + encodeURIComponent(kernel), { cache: "no-store", signal: patience });
      if (answer.status === 403) end("out");
      else if (answer.ok) judge(await answer.json());
      else show("offline");
    } catch {
      if (!ended) show("offline");
    } finally {
      asking = false;
    }
  }

  function judge(state) {
    if (ended) return;
    if (state.server !== words.server) return end("restarted");
    if (!state.alive) return end(state.closed ? "closed" : "died");
    if (banner.dataset.kind === "offline") back();
    if (state.failures > failures) show("failed");
    failures = state.failures;
  }

  // The kernel's own connection knows of most things first.
  let listening = false;
  function listen() {
    const line = window.jupyterapp?.widgetManager?.kernel;
    if (!line || listening) return;
    listening = true;
    line.statusChanged.connect((_, status) => ["dead", "unknown"].includes(status) && look());
    line.connectionStatusChanged.connect((_, status) => status !== "connected" && look());
    line.iopubMessage.connect((_, message) => message.header.msg_type === "error" && look());
  }
  setInterval(() => (listen(), look()), SECONDS * 1000);
  addEventListener("online", look);
  addEventListener("offline", () => ended || show("offline"));

  addEventListener("pagehide", () => {
    const token = (document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) || [])[1] || "";
    ended = true;
    fetch(base + "voila/api/shutdown/" + kernel, {
      method: "POST",
      keepalive: true,
      headers: { "X-XSRFToken": token },
    });
  });
  // A page that comes back from the browser's memory has no kernel any more.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();

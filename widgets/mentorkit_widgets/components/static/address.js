// The address of the page: what is shown stands in it, and links of the page to itself are followed here.
function render({ model, el }) {
  const here = () => new URL(location.href);
  const search = (url) => Object.fromEntries([...url.searchParams].filter(([name]) => name !== "run"));
  const sameRun = (url) => (url.searchParams.get("run") ?? "") === (here().searchParams.get("run") ?? "");

  function write() {
    const url = here();
    for (const name of Object.keys(search(url))) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(model.get("query"))) url.searchParams.set(name, value);
    const word = model.get("word");
    url.hash = word ? "q=" + encodeURIComponent(word) : "";
    const address = url.href.replace(/#$/, "");
    if (address !== location.href) history.replaceState(history.state, "", address);
  }

  function go(event) {
    const link = event.target.closest?.("main a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname || !sameRun(url) || url.hash) return;
    event.preventDefault();
    if (url.search !== location.search) history.pushState(null, "", url);
    model.send({ go: search(url) });
  }

  const back = () => model.send({ go: search(here()) });

  const begun = /^#q=(.+)$/.exec(location.hash);
  if (begun) model.send({ word: decodeURIComponent(begun[1]) });
  else write();
  document.addEventListener("click", go);
  window.addEventListener("popstate", back);
  const unfollow = follow(model, { "change:query change:word": write });
  el.hidden = true;
  return () => {
    document.removeEventListener("click", go);
    window.removeEventListener("popstate", back);
    unfollow();
  };
}

export default { render };

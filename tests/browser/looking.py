"""What a look at a page finds: violations, what is cut off, and what the keyboard reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Words that stick out of the page or out of a box that cuts them, outside of what scrolls by itself.
CUT_OFF = """() => {
  const found = [], style = element => getComputedStyle(element);
  const hidden = element => element.closest('[hidden], .mk-hidden-label, .mk-skip')
    || style(element).clipPath !== 'none';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    if (!node.data.trim() || ['SCRIPT', 'STYLE', 'OPTION', 'TITLE'].includes(parent.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width || !parent.checkVisibility({checkVisibilityCSS: true})) continue;
    let left = 0, right = document.documentElement.clientWidth, skip = false;
    for (let e = parent; e && e !== document.body; e = e.parentElement) {
      if (hidden(e) || ['auto', 'scroll'].includes(style(e).overflowX)) { skip = true; break; }
      if (['hidden', 'clip'].includes(style(e).overflowX)) {
        const around = e.getBoundingClientRect();
        left = Math.max(left, around.left); right = Math.min(right, around.right);
      }
    }
    if (!skip && (box.right > right + 1 || box.left < left - 1)) found.push(node.data.trim().slice(0, 60));
  }
  return found;
}"""

# What the Tab key is to reach: one stop for each group of radio buttons.
STOPS = """() => {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const groups = new Set();
  return [...document.querySelectorAll(all)].filter(element => {
    if (element.tabIndex < 0 || element.disabled || element.type === 'hidden') return false;
    if (!element.checkVisibility({checkVisibilityCSS: true})) return false;
    if (element.type !== 'radio') return true;
    const key = element.name;
    return groups.has(key) ? false : groups.add(key);
  }).length;
}"""

# What has the focus: its name, whether a ring is seen on it (or on its label), whether it is on the page.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const parts = [element, element.closest('label'), element.nextElementSibling, element.parentElement];
  const ringed = parts.filter(Boolean).some(part => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(' ');
  const by = ids.map(id => document.getElementById(id));
  const words = [element.getAttribute('aria-label'), ...by.map(part => part?.textContent),
    ...[...(element.labels ?? [])].map(label => label.textContent),
    ['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName) ? '' : element.textContent, element.title];
  const shown = element.matches('input[type=radio], input[type=checkbox], input[type=file]')
    ? element.closest('label') ?? element.parentElement : element;
  const box = shown.getBoundingClientRect();
  window.mkSeen ??= new Map();
  const again = window.mkSeen.has(element);
  if (!again) window.mkSeen.set(element, window.mkSeen.size);
  return {
    names: words.filter(Boolean).map(text => text.trim().replace(/\\s+/g, ' ')).filter(Boolean),
    tag: element.tagName, ringed, again,
    inside: box.width > 1 && box.height > 1
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    after: !window.mkLast || Boolean(window.mkLast.compareDocumentPosition(element) & 4),
    last: (window.mkLast = element) && null,
  };
}"""


#: The rules that look at colours, all that differs between light and dark.
COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page, *rules: str, without: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, of any gravity; by all rules, by some of them, or by all without some."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]}" for rule in found for node in rule["nodes"]
    ]


def put_on(page: Page, theme: str) -> None:
    """Choose light or dark, as the switch in the header does."""
    page.evaluate("theme => { document.documentElement.dataset.mkTheme = theme }", theme)


def look(page: Page, *themes: str) -> list[str]:
    """Look at a page in light or in dark or both, or, without a theme, at all but its colours.

    On a narrow screen and enlarged, too.
    """
    found = [] if themes else violations(page, without=COLOURS)
    for theme in themes:
        put_on(page, theme)
        rules = () if theme == themes[0] else COLOURS
        found += [f"{theme}: {violation}" for violation in violations(page, *rules)]
    put_on(page, "light")
    return found + cut_off(page)


#: Two frames: what follows the size of the window has followed it.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def cut_off(page: Page) -> list[str]:
    """What is cut off, or makes the page scroll sideways, at 320 pixels and at 1280 enlarged to 200 %."""
    size = page.viewport_size
    assert size is not None
    found = []
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.evaluate(SETTLED)
        found += [f"cut off at {width} pixels: {words}" for words in page.evaluate(CUT_OFF)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"sideways at {width} pixels")
    page.set_viewport_size(size)
    return found


def walk(page: Page) -> list[dict[str, Any]]:
    """Go through the page by the Tab key from its beginning to its end; return what had the focus."""
    page.evaluate("() => { window.mkSeen = window.mkLast = undefined; document.activeElement.blur() }")
    page.evaluate("getSelection().setPosition(document.body, 0)")
    stops: list[dict[str, Any]] = []
    for _ in range(page.evaluate(STOPS) + 5):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (focused["again"] and stops):
            break
        stops.append(focused)
    return stops


def tab_to(page: Page, name: str, *tags: str, begins: bool = False) -> None:
    """Press Tab until something of this name (or whose name begins so) has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (tags and focused["tag"] not in tags):
            continue
        if any(known.startswith(name) if begins else known == name for known in focused["names"]):
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")

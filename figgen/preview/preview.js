// Reloads the page when it has been made anew, keeps the reader's place, and says what is wrong.
"use strict";
{
  const { page, version, events } = document.currentScript.dataset;
  const KEPT = `figgen preview of ${page}`;
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, figure, table, tr, pre, blockquote, math[display='block'], summary";
  const FOLDED = "details";
  const SET = "input:not([type='file'], [type='button'], [type='submit']), select";

  // An element's name: the nearest name before it, and which of its kind it is since then. It outlives edits.
  function named(selector) {
    const names = new Map();
    let last = "", counts = {};
    for (const element of (document.querySelector("main") ?? document.body).querySelectorAll(`[id], ${selector}`)) {
      if (element.id) [last, counts] = [element.id, {}];
      if (!element.matches(selector)) continue;
      counts[element.localName] = (counts[element.localName] ?? 0) + 1;
      names.set(element, `${last} ${element.localName} ${counts[element.localName]}`);
    }
    return names;
  }

  const textOf = (element) => element.textContent.trim().slice(0, 500);
  const topOf = (element) => element.getBoundingClientRect().top;

  // The block whose top is nearest to the window's.
  function anchor() {
    let nearest = null;
    for (const [element, name] of named(BLOCKS)) {
      if (element.getClientRects().length === 0) continue; // folded away
      const top = topOf(element);
      if (nearest === null || Math.abs(top) <= Math.abs(nearest.top)) nearest = { name, top, text: textOf(element) };
    }
    return nearest;
  }

  function found({ name, text }) {
    const names = [...named(BLOCKS)].filter(([element]) => element.getClientRects().length);
    const alike = names.filter(([element]) => text && textOf(element) === text);
    const [same] = alike.find(([, other]) => other === name) ?? alike[0] ?? names.find(([, other]) => other === name) ?? [];
    return same ?? document.getElementById(name.split(" ")[0]);
  }

  function keepPlace() {
    const place = {
      at: [scrollX, scrollY],
      anchor: scrollY > 0 ? anchor() : null,
      folded: [...named(FOLDED)].map(([element, name]) => [name, element.open]),
      set: [...named(SET)].map(([element, name]) => [name, element.value, element.checked]),
    };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(place));
    } catch {
      return; // a browser that keeps nothing
    }
    history.scrollRestoration = "manual";
  }

  function takeUpPlace() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch {
      return;
    }
    if (place === null) return;
    const folded = new Map(place.folded);
    for (const [element, name] of named(FOLDED)) element.open = folded.get(name) ?? element.open;
    const set = new Map(place.set.map(([name, ...state]) => [name, state]));
    for (const [element, name] of named(SET)) {
      const [value, checked] = set.get(name) ?? [element.value, element.checked];
      if (element.value === value && element.checked === checked) continue;
      [element.value, element.checked] = [value, checked];
      for (const kind of ["input", "change"]) element.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    const scroll = () => {
      const element = place.anchor && found(place.anchor);
      if (element) scrollBy({ top: topOf(element) - place.anchor.top, behavior: "instant" });
      else scrollTo({ left: place.at[0], top: place.at[1], behavior: "instant" });
    };
    const until = new AbortController(); // from when on the reader scrolls
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(kind, () => until.abort(), { signal: until.signal, passive: true });
    }
    const again = () => until.signal.aborted || scroll();
    scroll();
    document.fonts.ready.then(again);
    addEventListener("load", () => {
      again();
      setTimeout(() => (history.scrollRestoration = "auto"), 1000); // at once, Chromium would scroll to where it was
    });
  }

  // What is wrong stands at the bottom of the window, apart from the page's own styles.
  const host = document.createElement("div");
  host.id = "figgen-preview";
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    section { position: fixed; inset: auto 0 0 0; z-index: 2147483647; box-sizing: border-box; max-height: 45vh; overflow: auto;
      padding: .6rem 1rem; font: 1rem/1.45 system-ui, sans-serif; color: #fff; background: #7d1128; border-top: 3px solid #fff; }
    section.quiet { inset: auto 0 0 auto; padding: .2rem .7rem; font-size: .85rem; background: #333; border: 0; }
    section:empty { display: none; }
    summary { font-weight: bold; cursor: pointer; }
    pre { margin: .4rem 0; font: .9rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
    p { margin: 0; }
    @media print { section { display: none; } }
  `);
  shadow.adoptedStyleSheets = [sheet];
  const section = document.createElement("section");
  section.setAttribute("role", "status");
  shadow.append(section);

  function list(problems, where, open) {
    if (problems.length === 0) return [];
    const details = document.createElement("details");
    details.open = open;
    const summary = document.createElement("summary");
    summary.textContent = `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} ${where}`;
    details.append(summary, ...problems.map((problem) => line("pre", problem)));
    return [details];
  }

  function line(kind, text) {
    const element = document.createElement(kind);
    element.textContent = text;
    return element;
  }

  function show({ problems = [], elsewhere = [], doing = "", lost = false }) {
    const lists = [...list(problems, "on this page", true), ...list(elsewhere, "elsewhere", false)];
    const remark = lost ? "figgen preview does not answer" : doing;
    section.replaceChildren(...lists, ...(remark ? [line("p", remark)] : []));
    section.className = problems.length ? "" : "quiet";
  }

  // A page that nobody looks at listens to nothing: a browser has few connections to one server.
  let source = null;
  function listen() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (source === null) {
      source = new EventSource(`${events}?page=${encodeURIComponent(page)}`);
      source.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
      source.addEventListener("error", () => show({ lost: true }));
    }
  }

  function hear(news) {
    if (news.leads) location.replace(`/${news.leads}`);
    else if (news.version && news.version !== version) {
      source.close(); // one reload is enough
      keepPlace();
      location.reload();
    } else show(news);
  }

  document.body.append(host);
  takeUpPlace();
  document.addEventListener("visibilitychange", listen);
  listen();
}

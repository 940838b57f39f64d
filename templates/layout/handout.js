// Comforts only: the handout reads without a line of this.
"use strict";
const labels = document.body.dataset;

function button(label, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", () => action(element));
  return element;
}

// Light or dark: what the reader's system prefers, until the reader says otherwise.
function remember(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    return localStorage.getItem("theme");
  } catch {
    return theme; // a browser that keeps nothing for a file
  }
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function addThemeSwitch() {
  const chosen = remember();
  if (chosen) document.documentElement.dataset.theme = chosen;
  const element = button("", () => {
    document.documentElement.dataset.theme = remember(isDark() ? "light" : "dark");
    show();
  });
  const show = () => (element.textContent = isDark() ? labels.light : labels.dark);
  element.className = "theme";
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  document.querySelector("header").append(element);
}

// The contents mark the section that is being read.
function markCurrentSection() {
  const links = new Map();
  for (const link of document.querySelectorAll("nav a")) links.set(link.getAttribute("href").slice(1), link);
  const headings = [...document.querySelectorAll("main :is(h2, h3)")].filter((h) => links.has(h.id));
  const mark = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const current = links.get((above.at(-1) ?? headings[0])?.id);
    for (const link of links.values()) {
      if (link !== current) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        if (link.offsetParent) scrollIntoContents(link);
      }
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(() => ((waiting = false), mark()));
    waiting = true;
  }, { passive: true });
  mark();
}

function scrollIntoContents(link) {
  const nav = link.closest("nav");
  if (nav.scrollHeight <= nav.clientHeight) return; // the page itself must not move
  nav.scrollTop = link.getBoundingClientRect().top - nav.getBoundingClientRect().top + nav.scrollTop - nav.clientHeight / 2;
}

// Figures open large, and go to the clipboard.
function addDialog() {
  const dialog = document.createElement("dialog");
  const picture = new Image();
  dialog.append(picture, button(labels.close, () => dialog.close()));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // outside the picture
  document.body.append(dialog);
  return (image) => {
    picture.src = image.src;
    picture.alt = image.alt;
    dialog.setAttribute("aria-label", image.closest("figure").querySelector("figcaption strong").textContent);
    dialog.showModal();
  };
}

async function toPng(image) {
  image.loading = "eager";
  await image.decode();
  const canvas = document.createElement("canvas");
  const scale = 2400 / image.naturalWidth;
  canvas.width = 2400;
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function svgOf(address) {
  return decodeURIComponent(address.slice(address.indexOf(",") + 1));
}

async function copy(element, item) {
  const label = element.textContent;
  try {
    await navigator.clipboard.write([new ClipboardItem(item)]);
    element.textContent = labels.copied;
  } catch {
    element.textContent = labels.refused;
  }
  setTimeout(() => (element.textContent = label), 2000);
}

function addFigureTools() {
  const enlarge = addDialog();
  for (const figure of document.querySelectorAll("figure:has(.tools)")) {
    const image = figure.querySelector("img");
    image.addEventListener("click", () => enlarge(image));
    const svg = () => new Blob([svgOf(image.src)], { type: "text/plain" });
    figure.querySelector(".tools").prepend(
      button(labels.enlarge, () => enlarge(image)),
      button(labels.png, (element) => copy(element, { "image/png": toPng(image) })),
      button(labels.svg, (element) => copy(element, { "text/plain": svg() })),
    );
  }
}

// Of a figure that can be explored, all pictures come from the one in the page by what each changes in it.
async function unpack(packed, first) {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const elements = first.match(/[^>]*>|[^>]+$/g);
  return JSON.parse(await new Response(stream).text()).map((changes) => {
    let at = 0;
    const kept = changes.map((change) => {
      if (typeof change === "string") return change;
      at += Math.abs(change);
      return change > 0 ? elements.slice(at - change, at).join("") : "";
    });
    return kept.join("");
  });
}

// The numbers of a figure that can be explored, as they stand in its table.
function readValues(explored) {
  const head = explored.querySelector("tr"), rows = [...explored.querySelectorAll(".changes")];
  const texts = (row) => [...row.querySelectorAll("td, thead th:not(:first-child)")];
  return { head: texts(head).map((cell) => cell.textContent), rows: rows.map(texts) };
}

function addSlider(slider) {
  const [range, shown, play, back] = ["input", "b", ".play", ".back"].map((s) => slider.querySelector(s));
  const figure = slider.closest("figure"), explored = figure.nextElementSibling;
  const image = figure.querySelector("img"), { src, alt } = image;
  const places = slider.dataset.places.split(" ").map(Number), home = Number(slider.dataset.default);
  const name = slider.querySelector("label").firstChild.textContent;
  const values = readValues(explored), list = explored.querySelector(".now"), items = [...list.children];
  let wanted = home, current = home, dragging = false, playing = 0, speaking = 0, pictures;

  const load = () => (pictures ??= unpack(slider.dataset.pictures, svgOf(src)).then((others) => {
    const addresses = others.map((svg) => "data:image/svg+xml," + encodeURIComponent(svg));
    return [...addresses.slice(0, home), src, ...addresses.slice(home)];
  }));

  async function move(index) {
    wanted = Math.min(Math.max(index, 0), places.length - 1);
    if (!dragging) range.value = places[wanted];
    const here = wanted, next = new Image();
    next.src = (await load())[here];
    await next.decode(); // so that the change shows no gap
    if (here !== wanted) return;
    image.src = next.src;
    image.alt = here === home ? alt : `${alt} (${name}${values.head[here]})`;
    tell(here);
  }

  function write(index) {
    shown.textContent = values.head[index];
    slider.classList.toggle("away", index !== home);
    values.rows.forEach((row, number) => {
      const [verdict, measured] = [row[index].firstElementChild, row[index].lastChild];
      items[number].firstElementChild.replaceWith(verdict.cloneNode(true));
      items[number].querySelector("b").textContent = measured.textContent.trim();
    });
  }

  // The list is as high as for the value with the longest text, so that nothing below it moves.
  function reserve() {
    list.style.minHeight = "";
    const heights = places.map((_, index) => (write(index), list.offsetHeight));
    list.style.minHeight = `${Math.max(...heights)}px`;
    write(current);
  }

  function tell(index) {
    current = index;
    write(index);
    range.setAttribute("aria-valuetext", values.head[index]);
    clearTimeout(speaking);
    if (!playing) speaking = setTimeout(say, 400); // of values that are only passed nobody wants to hear
  }

  function say() {
    const holding = items.filter((item) => item.querySelector(".holds")).length;
    const verdicts = labels.holding.replace("{holding}", holding).replace("{all}", items.length);
    const fallen = items.filter((item) => item.querySelector(".fails")).map((item) => item.textContent);
    explored.querySelector(".said").textContent = [`${name}${shown.textContent}.`, verdicts, ...fallen].join(" ");
  }

  function stop() {
    clearInterval(playing);
    playing = 0;
    play.textContent = labels.play;
  }

  function start() {
    play.textContent = labels.pause;
    playing = setInterval(() => {
      if (wanted + 2 >= places.length) stop(); // the last one is told of
      move(wanted + 1);
    }, 1200);
    move(wanted + 1 < places.length ? wanted + 1 : 0);
  }

  range.addEventListener("pointerdown", () => (dragging = true));
  range.addEventListener("change", () => ((dragging = false), (range.value = places[wanted])));
  range.addEventListener("input", () => {
    stop();
    const place = Number(range.value), distances = places.map((other) => Math.abs(other - place));
    const nearest = distances.indexOf(Math.min(...distances));
    // A key moves by one step, from where it leads on to the next value.
    move(nearest !== wanted || dragging ? nearest : wanted + Math.sign(place - places[wanted]));
  });
  play.addEventListener("click", () => (playing ? stop() : start()));
  back.addEventListener("click", () => (stop(), move(home)));
  addEventListener("beforeprint", () => ((image.src = src), tell(home)));
  addEventListener("afterprint", () => move(wanted));
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    load();
    new ResizeObserver(reserve).observe(figure);
  }, { rootMargin: "100%" }).observe(slider);
}

// What scrolls sideways can be reached by keyboard.
function reachScrollers() {
  for (const element of document.querySelectorAll(".scroll, pre, math[display='block']")) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

addThemeSwitch();
markCurrentSection();
addFigureTools();
document.querySelectorAll(".slider").forEach(addSlider);
reachScrollers();
addEventListener("resize", reachScrollers);
document.addEventListener("toggle", reachScrollers, true);

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
    const svg = () => new Blob([decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1))], { type: "text/plain" });
    figure.querySelector(".tools").prepend(
      button(labels.enlarge, () => enlarge(image)),
      button(labels.png, (element) => copy(element, { "image/png": toPng(image) })),
      button(labels.svg, (element) => copy(element, { "text/plain": svg() })),
    );
  }
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
reachScrollers();
addEventListener("resize", reachScrollers);

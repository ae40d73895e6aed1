// What every part of the page uses. Every text is set as text, never as markup.
const data = JSON.parse(document.getElementById("recording").textContent);
const { frames, lengthMs } = data;
const times = frames.t;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";
const HUES = { action: "accent", protection: "badge", problem: "failed", recovery: "stored", worker: "running", wrong: "failed" };
const WORDS = { action: "done", protection: "protection", problem: "problem", recovery: "recovered", worker: "worker", wrong: "wrong" };
const SHAPES = {
  action: "M3 2v12l10-6z",
  protection: "M8 1 14 4v4c0 4-3 6-6 7-3-1-6-3-6-7V4z",
  problem: "M8 1 15 14H1z",
  recovery: "M2 8l2-2 3 3 6-6 2 2-8 8z",
  worker: "M8 2a6 6 0 1 0 .01 0z",
  wrong: "M4 2l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z",
};
const by = (id) => document.getElementById(id);
const value = (name, place) => frames[name][place];

let now = 0, speed = Logic.firstSpeed(lengthMs), isPlaying = false, lastTick = 0, shownPlace = -1, shownMark = -2;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, each] of Object.entries(attributes || {})) element.setAttribute(name, each);
  element.append(...children);
  return element;
}

function draw(parent, tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, each] of Object.entries(attributes)) element.setAttribute(name, each);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function sign(kind, label) {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 16 16");
  if (label) { icon.setAttribute("role", "img"); icon.setAttribute("aria-label", label); }
  else icon.setAttribute("aria-hidden", "true");
  draw(icon, "path", { d: SHAPES[kind], class: `fill-${HUES[kind]}` });
  return icon;
}

// Keeps a page up to date: asks every second and a half whether it has changed, and puts in the
// parts that have. What you write and where you are stay as they are.
"use strict";

const PAUSE = 1500;
let tag = "";

function busy(part) {
  const typed = [...part.querySelectorAll("textarea")].some((each) => each.value !== "");
  return typed || (part.contains(document.activeElement) && document.activeElement.matches("textarea, select"));
}

function openDetails(part) {
  return [...part.querySelectorAll("details")].map((each) => each.open);
}

function focusedIndex(part) {
  const every = [...part.querySelectorAll("a, button, summary, [tabindex]")];
  return every.indexOf(document.activeElement);
}

function put(part, fresh) {
  const open = openDetails(part);
  const focused = focusedIndex(part);
  part.replaceChildren(...fresh.childNodes);
  part.querySelectorAll("details").forEach((each, at) => {
    if (at < open.length) each.open = open[at];
  });
  if (focused >= 0) {
    const every = part.querySelectorAll("a, button, summary, [tabindex]");
    if (focused < every.length) every[focused].focus({ preventScroll: true });
  }
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  let changed = false;
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (other === null || other.innerHTML === part.dataset.shown || busy(part)) continue;
    part.dataset.shown = other.innerHTML;
    put(part, other);
    changed = true;
  }
  if (changed) document.getElementById("news").textContent = "The page has changed.";
}

async function look() {
  if (document.hidden) return;
  const response = await fetch(location.pathname, { headers: { accept: "text/html" } });
  const found = response.headers.get("etag");
  if (response.ok && found !== tag) {
    tag = found;
    swap(await response.text());
  }
}

document.querySelectorAll("[data-live]").forEach((each) => { each.dataset.shown = each.innerHTML; });
setInterval(() => look().catch(() => {}), PAUSE);

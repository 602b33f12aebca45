// Copies commands, leads from a fault to its line, and says that someone is at work.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied";
  }
  button.removeAttribute("aria-label"); // The name of a button must hold its text.
});

const ENDED = "This session has ended: the console was started again. "
  + "Open the address in the terminal of `ingest console` in another tab, then repeat here.";
const FAILED = "The console failed. Its terminal shows why. This page is old.";
const REFUSED = "The console cannot update this page, so it is old. Load it again to see why.";
const STOPPED = "The console does not answer, so this page is old: it was stopped, or is busy. "
  + "Start it again with `ingest console`.";

function textOf(status) {
  if (status === undefined) return STOPPED;
  if (status === 401) return ENDED;
  return status === 500 ? FAILED : REFUSED;
}

// No status: there was no answer.
function showConnection(status) {
  const notice = document.getElementById("connection");
  const text = textOf(status);
  const isBad = status === undefined || status >= 400;
  if (isBad && notice.textContent !== text) notice.textContent = text;
  notice.hidden = !isBad;
}

// All pages share one feed, which reads often only while someone acts on any of them.
const ACTIVITY_MS = 10_000;
let notedAt = -ACTIVITY_MS;
async function noteActivity() {
  if (performance.now() - notedAt < ACTIVITY_MS) return;
  await reachConsole();
}
async function reachConsole() {
  notedAt = performance.now();
  try {
    const response = await fetch("/live/activity", { method: "POST" });
    showConnection(response.status);
    return response.ok;
  } catch {
    showConnection();
    return false;
  }
}
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  document.addEventListener(kind, noteActivity, { passive: true });
}

// The page of a refusal would replace the typed text: send it only if this session still lasts.
// `data-keep` says how far a form is: asking for the session, then sent. A click meanwhile is ignored.
const SENT_MS = 10_000; // A person may stop the page: then the form can be sent again.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("keep" in form.dataset)) return;
  if (form.dataset.keep === "sending") {
    form.dataset.keep = "sent";
    setTimeout(() => { form.dataset.keep = ""; }, SENT_MS);
    return;
  }
  event.preventDefault();
  if (form.dataset.keep) return;
  form.dataset.keep = "asking";
  if (!await reachConsole()) {
    form.dataset.keep = "";
    document.getElementById("connection").scrollIntoView();
    return;
  }
  form.dataset.keep = "sending";
  form.requestSubmit(event.submitter);
});

// `data-unsaved`: the form is shown again with a text that was not saved.
function isUnsaved(form) {
  if (form.dataset.keep === "sent") return false;
  return "unsaved" in form.dataset || form.elements.text.value !== form.elements.text.defaultValue;
}
window.addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-keep]")].some(isUnsaved)) event.preventDefault();
});

// A page that opens in the background connects when it is seen first.
function connect() {
  if (document.hidden) return;
  for (const live of document.querySelectorAll("[hx-sse\\:connect]")) htmx.trigger(live, "seen");
}
document.addEventListener("htmx:after:process", connect, { once: true });
document.addEventListener("visibilitychange", connect);

document.addEventListener("htmx:sse:error", (event) => showConnection(event.detail.status));
// fetch raises a TypeError if there is no answer.
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error instanceof TypeError) showConnection();
});
document.addEventListener("htmx:sse:after:connection", () => showConnection(200));
// The page for a browser without a session must not replace a part of this page.
document.addEventListener("htmx:before:swap", (event) => {
  const status = event.detail.ctx?.response?.raw?.status;
  if (status !== 401) return;
  event.preventDefault();
  showConnection(status);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-line]");
  if (!button) return;
  const area = document.getElementById("text");
  const lines = area.value.split("\n");
  const line = lines[button.dataset.line - 1];
  if (line === undefined) return; // It was deleted after the check.
  const start = lines.slice(0, button.dataset.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + line.length);
});

// Sign-in by electronic digital signature: asks the server for a challenge, NCALayer for a signature over it, and sends
// what came back to the server, which alone decides. The page's words are in the page; this file has none.

import { connect, explain, NCALayerError } from "./ncalayer.js";

const language = document.documentElement.lang;
const choose = document.getElementById("choose");
const stop = document.getElementById("stop");
const status = document.getElementById("status");
const trouble = document.getElementById("trouble");

/** attempt is the try in progress: an AbortController, or null. */
let attempt = null;

choose.addEventListener("click", () => {
  if (attempt === null) {
    void signIn();
  }
});
stop.addEventListener("click", () => attempt?.abort());
addEventListener("pagehide", () => attempt?.abort());

async function signIn() {
  begin();
  try {
    const answer = await post("/login/eds", { cms: await sign(attempt.signal) }, attempt.signal);
    say("done");
    location.assign(answer.location);
  } catch (error) {
    end();
    showTrouble(error);
  }
}

/** sign gets a challenge and has it signed. The challenge is fetched last: its time is short. */
async function sign(signal) {
  say("connecting");
  const layer = await connect({ url: choose.dataset.ncalayer, signal });
  try {
    const { challenge } = await post("/login/eds/challenge", {}, signal);
    say("waiting");
    return await layer.sign({
      data: challenge,
      encoding: "base64",
      encapsulate: true,
      chain: choose.dataset.anyKey === "true" ? [] : null,
      locale: language,
      signal,
    });
  } finally {
    layer.close();
    say("checking");
  }
}

/** Refusal is a "no" of the server, in words for the person. */
class Refusal extends Error {
  constructor(words) {
    super(words.code);
    this.words = words;
  }
}

/** post sends JSON to the server and gives its answer, or throws a Refusal. */
async function post(path, body, signal) {
  const response = await fetch(`${path}?lang=${language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Refusal(answer);
  }
  return answer;
}

function begin() {
  attempt = new AbortController();
  trouble.replaceChildren();
  choose.setAttribute("aria-disabled", "true");
  stop.hidden = false;
}

function end() {
  attempt = null;
  status.textContent = "";
  status.classList.remove("busy");
  choose.removeAttribute("aria-disabled");
  if (document.activeElement === stop) {
    choose.focus();
  }
  stop.hidden = true;
}

function say(phase) {
  status.textContent = status.dataset[phase];
  status.classList.toggle("busy", phase !== "done");
}

function showTrouble(error) {
  if (error instanceof Refusal) {
    const { kind, code, request, title, text, advice } = error.words;
    show("refusal", { title, text, advice, code: `${code} · ${request}` }, kind);
    return;
  }
  const code = error instanceof NCALayerError ? error.code : "";
  if (code === "cancelled" || code === "aborted" || error.name === "AbortError") {
    show("cancelled", {});
  } else if (code === "unavailable") {
    show("unavailable", { code: `ncalayer-${code}` });
  } else if (code === "permission-denied") {
    show("forbidden", { code: `ncalayer-${code}` });
  } else if (code !== "") {
    const failure = error.failure?.code ?? "";
    show("program", { text: explain(error, language), code: `ncalayer-${code} ${failure}` });
  } else {
    show("offline", { code: "server-unreachable" });
  }
}

/** show fills in a template. All texts go in as text: NCALayer's and the server's are nobody's HTML. */
function show(name, slots, kind) {
  const content = document.getElementById(name).content.cloneNode(true);
  for (const slot of content.querySelectorAll("[data-slot]")) {
    slot.textContent = slots[slot.dataset.slot] ?? "";
    slot.hidden = slot.textContent === "";
  }
  if (kind !== undefined) {
    content.firstElementChild.classList.add(kind);
  }
  trouble.replaceChildren(content);
}

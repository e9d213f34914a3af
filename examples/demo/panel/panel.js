// The demo's stand-in for NCALayer's window. The demo's server tells what the emulator asks; the answer goes back.

const dialog = document.getElementById("demo-window");
const keys = document.getElementById("demo-keys");
let question = "";

new EventSource(`/demo/news?lang=${dialog.dataset.lang}`).onmessage = ({ data }) => {
  const asked = JSON.parse(data);
  if (asked.question === question) {
    return;
  }
  question = asked.question;
  if (question === "") {
    dialog.close();
    return;
  }
  document.getElementById("demo-origin").textContent = asked.origin;
  document.getElementById("demo-text").textContent = asked.text;
  keys.replaceChildren(...asked.keys.map(offer));
  keys.querySelector("input:not(:disabled)")?.click();
  if (!dialog.open) {
    dialog.showModal();
  }
};

dialog.addEventListener("cancel", () => answer(-1)); // Escape
document.getElementById("demo-cancel").addEventListener("click", () => {
  answer(-1);
  dialog.close();
});
dialog.querySelector("form").addEventListener("submit", () => {
  answer(Number(keys.querySelector("input:checked")?.value ?? -1));
});

function answer(key) {
  const weather = document.getElementById("demo-weather").value;
  const body = JSON.stringify({ question, key, weather });
  question = "";
  void fetch("/demo/answer", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

/** offer makes the line of a key, out of texts only. */
function offer({ name, role, expect, good, fits }, index) {
  const input = Object.assign(document.createElement("input"), {
    type: "radio", name: "demo-key", value: String(index), disabled: !fits,
  });
  const label = document.createElement("label");
  label.append(input, line("demo-role", role), line(good ? "demo-good" : "demo-bad", expect), line("demo-name", name));
  return label;
}

function line(className, text) {
  return Object.assign(document.createElement("span"), { className, textContent: text });
}

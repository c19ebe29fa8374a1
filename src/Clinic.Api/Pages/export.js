// The token is in the fragment: the browser keeps it, servers and logs never see it. It opens nothing without the session of the
// owner to whom it was sent, and it works once.
const exportPath = "/v1" + location.pathname;
const rangeBytes = 4 * 1024 * 1024;
const what = document.getElementById("what");
const go = document.getElementById("go");
const signIn = document.getElementById("sign-in");
const list = document.getElementById("files");
const again = "This did not work just now. Please try again.";
let csrfToken = null;

function show(text, label, act) {
  what.textContent = text;
  go.hidden = !label;
  go.textContent = label ?? "";
  go.disabled = false;
  go.onclick = label && (async () => {
    go.disabled = true;
    try {
      await act();
    } catch {
      show(again, label, act);
    }
  });
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (csrfToken) headers["X-CSRF-Token"] = csrfToken;
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function begin() {
  const session = await fetch("/v1/sessions/current");
  if (session.status === 401) return askToSignIn("Sign in as the owner to whom this link was sent.");
  if (!session.ok) return show(again, "Try again", begin);
  csrfToken = (await session.json()).csrfToken;
  signIn.hidden = true;
  // By a range, too: the manifest of a large clinic is larger than an answer.
  const manifest = await fetch(`${exportPath}/files/manifest.json`, { headers: { Range: "bytes=0-0" } });
  if (manifest.status === 206) return listFiles(JSON.parse(await (await fetchWhole({ name: "manifest.json" }, () => {})).text()));
  if (manifest.status === 409) return show("This export has nothing to fetch, or not any more.");
  if (manifest.status === 404) return show("There is no such export in this clinic.");
  if (manifest.status !== 403) return show(again, "Try again", begin);
  const problem = await manifest.json();
  if (problem.type.endsWith(":forbidden")) return show("Only an owner may fetch an export of the clinic.");
  show("Press the button to open the files of your clinic, here and for an hour.", "Open", open);
}

function askToSignIn(text) {
  signIn.hidden = false;
  show(text, "Sign in", async () => {
    const [email, password] = ["email", "password"].map((id) => document.getElementById(id).value);
    const answer = await post("/v1/sessions", { email, password });
    if (answer.ok) return begin();
    askToSignIn(answer.status === 429 ? "Too many tries. Please wait a while." : "Address or password is not right.");
  });
}

async function open() {
  const answer = await post(`${exportPath}/open`, { token: location.hash.slice(1) });
  if (answer.ok) return begin();
  if (answer.status !== 404) return show(again, "Open", open);
  show("This link was used, is over, or was not sent to you. Another can be sent to the address you sign in with.",
    "Send another link", async () => {
      const sent = await post(`${exportPath}/links`, {});
      show(sent.ok ? "It is on its way to you." : again);
    });
}

function listFiles(manifest) {
  show(`${manifest.patients} patients, ${manifest.documents} documents. Each file is compared with its hash in the manifest `
    + "when it is fetched; manifest.sig is what the platform signed of it.");
  const named = [{ name: "manifest.json" }, { name: "manifest.sig" }, ...manifest.files];
  list.replaceChildren(...named.map((file) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const state = document.createElement("span");
    button.type = "button";
    button.textContent = file.name;
    button.onclick = async () => {
      button.disabled = true;
      try {
        save(file.name, await fetchWhole(file, (done) => { state.textContent = ` ${done}`; }));
        state.textContent = " saved";
      } catch (fault) {
        state.textContent = ` ${fault.message}`;
      }
      button.disabled = false;
    };
    item.append(button, state);
    return item;
  }));
  list.hidden = false;
}

// A range at a time: an answer has four MiB at most.
async function fetchWhole(file, tell) {
  const parts = [];
  for (let from = 0, size = 1; from < size;) {
    const answer = await fetch(`${exportPath}/files/${file.name}`, {
      headers: { Range: `bytes=${from}-${from + rangeBytes - 1}` },
    });
    if (answer.status === 403) throw new Error("the hour is over: ask for another link");
    if (answer.status !== 206) throw new Error("did not work just now");
    const part = await answer.arrayBuffer();
    size = Number(answer.headers.get("Content-Range").split("/")[1]);
    parts.push(part);
    from += part.byteLength;
    tell(`${Math.floor(100 * from / size)} %`);
  }
  const whole = new Blob(parts);
  if (file.sha256) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await whole.arrayBuffer()));
    const text = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (text !== file.sha256.toLowerCase()) throw new Error("is not what the manifest says: not saved");
  }
  return whole;
}

function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

begin().catch(() => show(again, "Try again", begin));

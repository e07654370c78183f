// Asks the controller's API. A token is kept for this tab only, and is sent to nobody but this server.

const TOKEN = "viaduct-token";
const API = "/api/v1/";

/** What the API says instead of an answer, RFC 9457. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export function setToken(text) {
  if (text) sessionStorage.setItem(TOKEN, text);
  else sessionStorage.removeItem(TOKEN);
}

export function hasToken() {
  return sessionStorage.getItem(TOKEN) !== null;
}

function headers(more = {}) {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { ...more, Authorization: `Bearer ${token}` } : more;
}

function url(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return API + path + (text ? `?${text}` : "");
}

async function send(path, parameters, signal, more, request = {}) {
  let response;
  try {
    response = await fetch(url(path, parameters), { ...request, headers: headers(more), signal, cache: "no-store" });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem(0, "The controller does not answer.");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Problem(response.status, body.detail ?? `HTTP ${response.status}`);
}

/** An answer as an object. */
export async function ask(path, parameters = {}, signal = undefined) {
  return (await send(path, parameters, signal)).json();
}

/** The answer to a question that is a document. */
export async function post(path, document, signal = undefined) {
  return (await send(path, {}, signal, { "Content-Type": "application/json" }, { method: "POST", body: JSON.stringify(document) })).json();
}

/** The path of an object: station names have a slash that separates network and MAC address. */
export function pathOf(plural, name) {
  return `${plural}/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * Listens to server-sent events until the stream ends or is aborted. The browser's own EventSource cannot show a token.
 * onEvent gets { type, data, id }; type is "" for a sign of life.
 */
export async function listen(path, parameters, lastId, signal, onEvent) {
  const response = await send(path, parameters, signal, lastId ? { "Last-Event-ID": lastId } : {});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { type: "", data: "", id: "" };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        onEvent(event);
        event = { type: "", data: "", id: "" };
      } else if (line.startsWith("event: ")) event.type = line.slice(7);
      else if (line.startsWith("data: ")) event.data += line.slice(6);
      else if (line.startsWith("id: ")) event.id = line.slice(4);
    }
  }
}

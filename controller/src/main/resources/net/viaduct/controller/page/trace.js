// Where would a frame go, and why: a form, and the answer as a picture and as text. The address has the question.

import { ask, pathOf, post } from "./api.js";
import { calmly, h, put } from "./dom.js";
import { count, failure, link } from "./facts.js";
import { drawJourney } from "./journey.js";

const COMPLETE_MS = 150;
const FOUND = 10;
const PLAIN_TYPE = 0x88b5; // IEEE 802's local experimental EtherType 1
const PROTOCOLS = [["ping", "ping"], ["tcp", "TCP"], ["udp", "UDP"], ["arp", "ARP: who has it?"], ["frame", "a frame without IP"]];
const IPV4 = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/;

/** Where the page about such a trace is. */
export function traceHref(question) {
  return `#/trace?${new URLSearchParams(question)}`;
}

let lists = 0;

/** A field that knows how names go on. */
function completed(attributes, kinds) {
  const list = h("datalist", { id: `names-${lists++}` });
  const input = h("input", { ...attributes, required: true, list: list.id, autocomplete: "off", spellcheck: "false" });
  const complete = calmly(async () => {
    const text = input.value.trim();
    if (!text) return;
    const found = await ask("search", { q: text, limit: FOUND }).catch(() => ({ items: [] }));
    put(list, found.items.filter(item => kinds.includes(item.kind)).map(({ kind, name, object }) =>
      h("option", { value: name }, [kind, object.network, object.host ?? object.behind ?? "on no host", object.mac, ...object.ips].join(" · "))));
  }, COMPLETE_MS);
  input.addEventListener("input", complete);
  return { input, list, stop: complete.stop };
}

function form(question) {
  const from = completed({ name: "from", value: question.get("from") ?? "", placeholder: "port" }, ["port"]);
  const to = completed({ name: "to", value: question.get("to") ?? "", placeholder: "port, IP or MAC address" }, ["port", "station"]);
  const chosen = question.get("protocol") ?? "ping";
  const protocol = h("select", { name: "protocol" }, PROTOCOLS.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  const port = h("input", { name: "number", type: "number", min: 0, max: 65535, value: question.get("number") ?? "", inputmode: "numeric" });
  const portField = h("label", {}, "to its port", port);
  const vlan = h("input", { name: "vlan", type: "number", min: 0, max: 4094, value: question.get("vlan") ?? "", placeholder: "none", inputmode: "numeric" });
  const fit = () => {
    portField.hidden = !["tcp", "udp"].includes(protocol.value);
    port.required = !portField.hidden;
  };
  protocol.addEventListener("change", fit);
  fit();
  const element = h("form", { class: "question", "aria-label": "A frame" },
    h("label", {}, "From port", from.input), from.list,
    h("label", {}, "To", to.input), to.list,
    h("label", {}, "as", protocol), portField,
    h("label", {}, "VLAN tag", vlan),
    h("button", { type: "submit" }, "Trace"));
  return {
    element, from: from.input,
    stop() {
      from.stop();
      to.stop();
    },
    question() {
      const told = { from: from.input.value.trim(), to: to.input.value.trim() };
      if (protocol.value !== "ping") told.protocol = protocol.value;
      if (!portField.hidden) told.number = port.value;
      if (vlan.value !== "") told.vlan = vlan.value;
      return told;
    },
  };
}

/** The question in the words of the API. */
async function documentOf(question) {
  const to = question.get("to");
  const document = { port: question.get("from") };
  if (question.get("vlan")) document.vlan = Number(question.get("vlan"));
  switch (question.get("protocol") ?? "ping") {
    case "tcp": return { ...document, to, tcp: Number(question.get("number")) };
    case "udp": return { ...document, to, udp: Number(question.get("number")) };
    case "frame": return { ...document, to, type: PLAIN_TYPE };
    case "arp": {
      if (IPV4.test(to)) return { ...document, arp: to };
      const target = await ask(pathOf(to.includes("/") ? "stations" : "ports", to));
      const address = target.ips.find(ip => IPV4.test(ip));
      if (!address) throw new Error(`${to} is not known to have an IPv4 address, which ARP asks for.`);
      return { ...document, arp: address };
    }
    default: return { ...document, to };
  }
}

/** What becomes of it, in a sentence. */
function sentence(journey) {
  const outcomes = journey.traces.flatMap(trace => (trace.outcomes ?? []).map(outcome => ({ ...outcome, host: trace.host })));
  const of = verdict => outcomes.filter(outcome => outcome.verdict === verdict);
  const delivered = of("delivered");
  const dropped = of("dropped");
  const untold = journey.traces.filter(trace => trace.untold);
  const parts = [];
  if (delivered.length === 1) parts.push(`delivered to port ${delivered[0].portName ?? delivered[0].port} on ${delivered[0].host}`);
  else if (delivered.length) parts.push(`delivered to ${count(delivered.length, "port")}`);
  if (dropped.length === 1) parts.push(`dropped on ${dropped[0].host}: ${dropped[0].reason}`);
  else if (dropped.length) parts.push(`dropped ${count(dropped.length, "time")}`);
  if (of("consumed").length) parts.push("kept by a host, for itself");
  if (untold.length) parts.push(`not followed at ${untold.map(trace => trace.host).join(", ")}`);
  return parts.length ? `It would be ${parts.join("; ")}.` : "Nothing would come of it.";
}

/** Who, and what of him; once, if the words begin with who it is. */
const about = (host, words) => [h("b", {}, host), words.startsWith(`${host} `) ? words.slice(host.length) : ` ${words}`];

/** Every drop, and whoever told nothing, once: what it means and what to do. */
function warnings(journey) {
  const drops = new Map();
  for (const trace of journey.traces) for (const outcome of trace.outcomes ?? []) {
    if (outcome.verdict === "dropped") drops.set(`${trace.host} ${outcome.sentence}`, [trace.host, outcome.sentence, outcome.hint]);
  }
  const silent = journey.traces.filter(trace => trace.untold).map(trace => [trace.host, trace.untold, null]);
  const left = journey.hostsLeftOut ? [["", `${count(journey.hostsLeftOut, "more host")} would get it, and ${journey.hostsLeftOut === 1 ? "was" : "were"} not asked.`, null]] : [];
  return [...drops.values(), ...silent, ...left].map(([host, words, hint]) =>
    h("div", { class: "warning" }, about(host, words), hint ? h("p", {}, hint) : null));
}

function told(trace) {
  const outcomes = (trace.outcomes ?? []).map(outcome =>
    h("li", { class: `outcome ${outcome.verdict}` }, h("b", {}, "⇒"), h("span", {}, outcome.sentence, outcome.hint ? h("small", {}, " ", outcome.hint) : null)));
  return h("section", { class: "told" },
    h("h2", {}, trace.untold ? trace.host : link("host", trace.host)),
    h("ol", { class: "steps" },
      (trace.steps ?? []).map(step => h("li", {}, h("b", {}, step.step), h("span", {}, step.decision))),
      trace.untold ? h("li", { class: "outcome dropped" }, h("b", {}, "not followed"), h("span", {}, trace.untold)) : outcomes));
}

function show(box, journey) {
  const words = sentence(journey);
  const picture = h("div", { class: "drawing scrolls" });
  let drawn = 0;
  const watch = new ResizeObserver(() => {
    const width = picture.clientWidth - 32; // without its padding
    if (width > 0 && width !== drawn) {
      drawn = width;
      put(picture, drawJourney(journey, width, words));
    }
  });
  put(box, h("p", { class: "sentence", role: "status" }, words), picture, warnings(journey),
    journey.traces.map(told), h("p", {}, h("small", {}, "Nothing was sent: hosts told by their tables of this moment what they would do.")));
  watch.observe(picture);
  return () => watch.disconnect();
}

export async function traceView(main, question) {
  const fields = form(question);
  const answer = h("div", { class: "answer" });
  const asking = new AbortController();
  let endShow = () => {};
  put(main, h("h1", {}, "Where would this frame go?"), fields.element, answer);
  const run = async () => {
    endShow();
    endShow = () => {};
    put(answer, h("p", { role: "status" }, "Hosts are asked …"));
    try {
      const journey = await post("trace", await documentOf(question), asking.signal);
      if (!asking.signal.aborted) endShow = show(answer, journey);
    } catch (problem) {
      if (problem.name !== "AbortError") put(answer, failure(problem));
    }
  };
  fields.element.addEventListener("submit", event => {
    event.preventDefault();
    const href = traceHref(fields.question());
    if (href === location.hash) run();
    else location.hash = href;
  });
  if (question.get("from") && question.get("to")) run();
  else Promise.resolve().then(() => fields.from.focus()); // whoever shows the view has the focus until then
  return () => {
    asking.abort();
    fields.stop();
    endShow();
  };
}

// How things are said and linked everywhere.

import { h } from "./dom.js";

const NUMBERS = new Intl.NumberFormat("en");
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const COLORS = 10;
const PLURALS = { network: "networks", host: "hosts", port: "ports", station: "stations", group: "groups" };

export const plural = kind => PLURALS[kind];

/** 1 port, 2 ports. */
export function count(number, one, many = `${one}s`) {
  return `${NUMBERS.format(number)} ${number === 1 ? one : many}`;
}

export const number = value => NUMBERS.format(value);

/** A name as a part of an address; those of stations have a slash and colons, which are right there. */
export function encoded(name) {
  return encodeURIComponent(name).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/** Where an object's page is. */
export function href(kind, name) {
  return `#/${plural(kind)}/${encoded(name)}`;
}

export function link(kind, name, text = name) {
  return h("a", { href: href(kind, name), class: `${kind}-link` }, text);
}

const vnis = new Map();

/** Remembers which networks there are, so that neighbours by VNI have different colors. */
export function noteNetworks(networks) {
  for (const network of networks) vnis.set(network.name, network.vni);
}

/** A network has the same color everywhere: one of ten. */
export function colorOf(network) {
  return `color-${(vnis.get(network) ?? 0) % COLORS}`;
}

export function networkMark(name) {
  return h("span", { class: `network-mark ${colorOf(name)}` }, h("i", { class: "swatch" }), name);
}

export function networkLink(name) {
  return h("a", { href: href("network", name), class: `network-mark ${colorOf(name)}` }, h("i", { class: "swatch" }), name);
}

/** alive, seen (by others, while no controller hears it), away, gone (its stations were withdrawn), unseen. */
export function stateOf(host) {
  const observed = host.observed;
  if (!observed || !observed.state || (observed.state === "away" && !observed.since)) return "unseen";
  if (observed.state === "alive") return "alive";
  if (observed.state === "seen-by-others") return "seen";
  return observed.withdrawn ? "gone" : "away";
}

export const STATE_WORDS = {
  alive: "alive",
  seen: "at no controller, but other hosts hear it",
  away: "away",
  gone: "away, its stations are withdrawn",
  unseen: "not seen yet",
};

const STATE_SHORT = { ...STATE_WORDS, seen: "seen by others", gone: "withdrawn" };

/** The mark and the word for a state; a shorter one for the rows of lists. */
export function stateMark(state, isShort = false) {
  const word = (isShort ? STATE_SHORT : STATE_WORDS)[state];
  return h("span", { class: `state ${state}` }, h("i", { class: "mark" }), word);
}

/** 5 minutes ago. */
export function ago(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return AGO.format(Math.trunc(seconds / size), unit);
  }
  return AGO.format(Math.trunc(seconds), "second");
}

export function time(iso) {
  return h("time", { datetime: iso, title: iso }, ago(iso));
}

export const clock = date => date.toLocaleTimeString("en-GB");

/** A list of names and values; those without a value are left out. */
export function facts(...pairs) {
  const given = pairs.filter(pair => pair && pair[1] !== undefined && pair[1] !== null && pair[1] !== "" && pair[1].length !== 0);
  return h("dl", { class: "facts" }, given.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export function labels(object) {
  return Object.entries(object.labels ?? {}).map(([name, value]) => h("span", { class: "label" }, `${name}=${value}`));
}

export function floodWords(network) {
  return typeof network.flood === "object" ? `group ${network.flood.group}` : "to each member";
}

/** Where a port or station lives, in words and links. */
export function placeOf(object) {
  if (object.direct) return "direct, without a tunnel";
  const host = object.host ?? object.behind;
  return host ? link("host", host) : "on no host";
}

export function failure(problem) {
  return h("p", { class: "failure", role: "alert" }, problem.message);
}

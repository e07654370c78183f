// What changes, as it happens. One stream for the whole page; views hear of it some times a second at most.

import { ask, listen, Problem } from "./api.js";

const MOST_KEPT = 1000;
const MOST_KNOWN = 20000;
const EARLIER_REVISIONS = 100;
const TELL_EVERY_MS = 250;
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 5000;

const listeners = new Set();
const stateListeners = new Set();
const known = new Map(); // the last object of each name, to tell what a change changes
let waiting = [];
let timer = 0;

export const live = {
  /** connecting, live, away */
  state: "connecting",
  detail: "",
  revision: 0,
  /** The newest events, the newest first. */
  events: [],
  /** How many there were since the page was opened. */
  count: 0,
};

/** Calls with each batch of events, or with null if some were missed; gives what ends that. */
export function onEvents(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function onState(listener) {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

function setState(state, detail = "") {
  live.state = state;
  live.detail = detail;
  stateListeners.forEach(listener => listener());
}

function flush() {
  timer = 0;
  const batch = waiting;
  waiting = [];
  listeners.forEach(listener => listener(batch));
}

/** Fields that differ, in words. */
function difference(before, after) {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  const words = value => (value === undefined ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return [...fields]
    .filter(field => words(before[field]) !== words(after[field]))
    .map(field => ({ field, before: words(before[field]), after: words(after[field]) }));
}

function take(type, data, isEarlier) {
  const value = data.object ?? data.observed;
  const key = `${type === "observed" ? "seen" : "said"} ${data.kind}/${data.name}`;
  const before = known.get(key);
  const event = {
    type: data.created ? "create" : type,
    kind: data.kind,
    name: data.name,
    revision: data.revision,
    value,
    changes: before && value ? difference(before, value) : [],
    at: isEarlier ? null : new Date(),
  };
  known.delete(key);
  if (value) known.set(key, value);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
  live.events.unshift(event);
  live.events.length = Math.min(live.events.length, MOST_KEPT);
  live.count += isEarlier ? 0 : 1;
  waiting.push(event);
  if (!timer) timer = setTimeout(flush, TELL_EVERY_MS);
}

async function follow(from, until, signal) {
  await listen("watch", { revision: from }, "", signal, event => {
    if (live.state !== "live") setState("live");
    if (event.type === "end") throw new Problem(410, JSON.parse(event.data).detail);
    if (event.data) {
      const data = JSON.parse(event.data);
      take(event.type, data, data.revision <= until);
    }
    if (event.id) live.revision = Number(event.id);
  });
}

/** Follows for ever; gives up only if nobody is let in any more. */
export async function start(signal, onRefused) {
  let pause = FIRST_PAUSE_MS;
  let until = 0;
  while (!signal.aborted) {
    try {
      if (!live.revision) {
        const status = await ask("status", {}, signal);
        until = status.revision;
        live.revision = Math.max(status.oldestRevision, until - EARLIER_REVISIONS);
      }
      const began = performance.now();
      await follow(live.revision, until, signal);
      if (performance.now() - began > MOST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      setState("away", "The stream of events has ended.");
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.status === 401) {
        onRefused();
        return;
      }
      if (failure.status === 410) {
        live.revision = 0; // too much has changed meanwhile: all anew
        listeners.forEach(listener => listener(null));
      }
      setState("away", failure instanceof Problem ? failure.message : "The controller has gone away.");
    }
    await new Promise(done => setTimeout(done, pause));
    pause = Math.min(pause * 2, MOST_PAUSE_MS);
  }
}

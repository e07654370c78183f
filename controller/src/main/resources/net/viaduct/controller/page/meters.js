// What hosts have counted: asked for again and again while somebody looks, and how rates are said.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { number } from "./facts.js";

const EVERY_MS = 2000;
const UNITS = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

/**
 * Calls with the meters of something, { host }, { network }, { port } or all, now and every two seconds while the tab can be
 * seen; with null if they cannot be had. Gives what ends that.
 */
export function onMeters(parameters, show) {
  const stopper = new AbortController();
  let timer = 0;
  let isAsking = false;
  const look = async () => {
    clearTimeout(timer);
    if (isAsking || document.hidden) return;
    isAsking = true;
    let meters = null;
    try {
      meters = await ask("meters", parameters, stopper.signal);
    } catch {
      // the mark in the header says that the controller is away
    }
    isAsking = false;
    if (stopper.signal.aborted) return;
    show(meters);
    timer = setTimeout(look, EVERY_MS);
  };
  document.addEventListener("visibilitychange", look, { signal: stopper.signal });
  look();
  return () => {
    clearTimeout(timer);
    stopper.abort();
  };
}

/** 3 digits and a unit of a thousand: 12.3 M. */
function short(value) {
  const [size, unit] = UNITS.find(([least]) => value >= least * 0.9995) ?? [1, ""];
  const scaled = value / size;
  const digits = size === 1 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${unit}`;
}

export const bitRate = value => (value === undefined ? "–" : `${short(value)}bit/s`);
export const perSecond = value => (value === undefined ? "–" : `${number(value >= 10 ? Math.round(value) : value)}/s`);
export const frameRate = value => (value === undefined ? "–" : `${perSecond(value).slice(0, -2)} frames/s`);
/** Where there is no room for more: 12.3M. */
export const briefRate = value => (value === undefined ? "–" : short(value).replace(" ", ""));
export const bytes = value => `${short(value)}B`;

/** How strong something is drawn, 0 to 5: each step is ten times as many bits a second, 5 is from 1 Gbit/s on. */
export function strength(bitsPerSecond) {
  return bitsPerSecond > 0 ? Math.min(5, Math.max(1, Math.floor(Math.log10(bitsPerSecond)) - 4)) : 0;
}

/** What a host carries: what came to it from its machines and by tunnels. */
export function carried(traffic) {
  return (traffic?.fromPorts.bitsPerSecond ?? 0) + (traffic?.fromRemotes.bitsPerSecond ?? 0);
}

/** Whether more than one frame in a thousand that came was dropped of late, and not one now and then. */
export function isLosing(traffic) {
  const drops = traffic?.dropped.framesPerSecond ?? 0;
  const came = (traffic?.fromPorts.framesPerSecond ?? 0) + (traffic?.fromRemotes.framesPerSecond ?? 0);
  return drops >= 1 && drops * 1000 > came;
}

/** A flow in a line: rate, frames, and all since the host's program began. */
export function flowLine(flow) {
  return [h("b", {}, bitRate(flow.bitsPerSecond)), ` ${frameRate(flow.framesPerSecond)} `,
    h("small", {}, `${number(flow.frames)} frames, ${bytes(flow.bytes)} in all`)];
}

/** Drops in a line; with all since the host's program began if there is room. */
export function dropLine(dropped, isLong = true) {
  return h("span", { class: dropped.framesPerSecond > 0 ? "losing" : null }, isLong ? frameRate(dropped.framesPerSecond) : perSecond(dropped.framesPerSecond),
    isLong ? h("small", {}, ` ${number(dropped.frames)} in all`) : null);
}

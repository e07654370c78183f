// One port, station or group: where it lives and what became of it.

import { ask, pathOf } from "./api.js";
import { h, put, calmly } from "./dom.js";
import { facts, failure, href, labels, link, networkLink, number, placeOf, plural, stateMark, stateOf, time } from "./facts.js";
import { historySection } from "./history.js";
import { onEvents } from "./live.js";
import { dropLine, flowLine, onMeters } from "./meters.js";
import { objectSection, portState } from "./objects.js";
import { traceHref } from "./trace.js";

const REFRESH_MS = 1000;
const SHOWN_ELSEWHERE = ["state", "moves", "lastMove", "longestBlackoutMs"];
const WORDS = { port: "Port", station: "Station", group: "Group" };

/** Network, host and object as stations of a way. */
function way(kind, object, host) {
  const stop = (words, ...content) => h("li", {}, h("small", {}, words), content);
  const place = object.host ?? object.behind;
  return h("ol", { class: "way", "aria-label": "Where it lives" },
    stop("network", networkLink(object.network)),
    place
      ? stop(kind === "station" ? "behind host" : "host", link("host", place), host ? stateMark(stateOf(host)) : null)
      : stop("host", placeOf(object)),
    kind === "port" ? stop("device", h("span", { class: "mono" }, object.device ?? object.name)) : null,
    stop(kind, h("span", { class: "mono" }, object.mac), object.ips.map(ip => h("span", { class: "mono" }, ip))));
}

/** How long a machine was silent, if hosts have measured that. */
const silence = ms => (ms === undefined ? "" : `${number(ms)} ms`);

/** How often a port has moved, the last time whence and whither, and what that cost the machine. */
function moveFacts({ moves, lastMove, longestBlackoutMs }) {
  return [
    ["Moves", moves ? number(moves) : ""],
    ["Last move", lastMove ? ["from ", link("host", lastMove.from), " to ", link("host", lastMove.to), ", ", time(lastMove.at)] : ""],
    ["Silent in the last move", silence(lastMove?.blackoutMs)],
    ["Longest silence in a move", silence(longestBlackoutMs)],
  ];
}

function about(kind, object) {
  if (kind === "group") {
    return facts(
      ["Each may send", object.sendBitsPerSecond ? `${number(object.sendBitsPerSecond)} bit/s` : "as much as it can"],
      ["Each may receive", object.receiveBitsPerSecond ? `${number(object.receiveBitsPerSecond)} bit/s` : "as much as it can"],
      ["DSCP in the underlay", object.dscp],
      ["Stations at each port, at most", object.stations ? number(object.stations) : ""],
      ["Security groups", object.securityGroups.length ? `${object.securityGroups.join(", ")} (hosts filter nothing by them yet)` : ""],
      ["Labels", labels(object)],
      ["Revision", number(object.revision)]);
  }
  const seen = Object.entries(object.observed ?? {}).filter(([name]) => !SHOWN_ELSEWHERE.includes(name));
  return facts(
    kind === "port" ? ["Wanted", object.up ? "up" : "down"] : null,
    kind === "port" && object.observed ? ["On the host", portState(object)] : null,
    ...moveFacts(object.observed ?? {}),
    ...seen.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
    object.group ? ["Group", link("group", object.group)] : null,
    ["Labels", labels(object)],
    ["Revision", number(object.revision)]);
}

/** Questions about frames that begin or end here. */
function traces(kind, object, name) {
  if (kind === "group") return null;
  const from = kind === "port" && object.host ? h("a", { href: traceHref({ from: name }) }, "Trace a frame from here") : null;
  return h("p", { class: "traces" }, from, h("a", { href: traceHref({ to: name }) }, "Trace a frame to here"));
}

export async function objectView(main, kind, name) {
  const box = h("div", {});
  const rates = h("div", { class: "traffic" });
  put(main, box, rates);
  let over = false;
  let history = null;
  let isThere = true;
  let users = null;
  const draw = async () => {
    const object = await ask(pathOf(plural(kind), name));
    const place = object.host ?? object.behind;
    const host = place ? await ask(pathOf("hosts", place)).catch(() => null) : null;
    if (over) return;
    put(box, h("h1", {}, h("small", {}, WORDS[kind]), " ", kind === "station" ? object.mac : name),
      kind === "group" ? null : way(kind, object, host), about(kind, object), traces(kind, object, name));
    if (history) return history.load();
    history = historySection(kind, name, object.created);
    if (kind === "group") {
      users = objectSection("port", "group", name, 1);
      main.append(users.element);
    }
    main.append(history.element);
  };
  const fail = problem => {
    if (over) return;
    if (problem.status !== 404 || !history) return put(main, failure(problem));
    put(box, h("h1", {}, h("small", {}, WORDS[kind]), " ", name), h("p", { class: "failure" }, "It was deleted."));
    history.load();
  };
  const again = calmly(() => draw().catch(fail), REFRESH_MS);
  const end = onEvents(batch => {
    const concerns = event => event.at && ((event.kind === kind && event.name === name) || (event.kind === "host" && event.type === "observed"));
    if (!batch || batch.some(concerns)) again();
  });
  await draw().catch(async problem => {
    if (problem.status !== 404) throw problem;
    isThere = false;
    history = historySection(kind, name, 0); // gone, but perhaps not forgotten
    put(main, box, rates, history.element);
    put(box, h("h1", {}, h("small", {}, WORDS[kind]), " ", name),
      h("p", { class: "failure" }, `There is no such ${kind} (any more). `, h("a", { href: href("network", "").slice(0, -1) }, "All networks")));
  });
  const endMeters = kind === "port" && isThere ? onMeters({ port: name }, meters => put(rates, meters?.received ? facts(
    ["From the machine", flowLine(meters.received)],
    ["To the machine", flowLine(meters.sent)],
    ["Dropped", dropLine(meters.dropped)]) : null)) : () => {};
  return () => {
    over = true;
    end();
    endMeters();
    again.stop();
    users?.end();
  };
}

// One host: where it is, how it is, what it carries.

import { ask, pathOf } from "./api.js";
import { h, put, calmly } from "./dom.js";
import { trafficSections } from "./drops.js";
import { count, facts, failure, labels, link, networkLink, number, stateMark, stateOf, time } from "./facts.js";
import { historySection } from "./history.js";
import { onEvents } from "./live.js";
import { onMeters } from "./meters.js";
import { objectSection } from "./objects.js";
import { networksOf } from "./topology.js";

const REFRESH_MS = 2000;
const SHOWN_ELSEWHERE = ["state", "since", "withdrawn", "version", "wanted", "controller", "connected", "watchers", "watching", "abilities", "troubles"];
const SINCE = { alive: "Alive since", seen: "Seen by others since" };

/** What hosts report beside what this page knows of. */
function others(observed) {
  return Object.entries(observed ?? {})
    .filter(([name, value]) => !SHOWN_ELSEWHERE.includes(name) && value !== null && value !== "")
    .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
}

/** So many hosts, some of which have names. */
function someOf(total, names) {
  if (!total) return "";
  const others = total - names.length;
  return [names.map((name, i) => [i ? ", " : "", link("host", name)]), others > 0 ? `${names.length ? " and " : ""}${number(others)}${names.length ? " more" : ""}` : ""];
}

/** What those that watch it say of it, and it of those that it watches. */
function watchFacts({ watchers, watching }) {
  return [
    ["Heard by", watchers ? someOf(watchers.hearing, watchers.heardBy) : ""],
    ["Not heard by", watchers ? someOf(watchers.missing, watchers.missedBy) : ""],
    ["Watches", watching ? count(watching.watched, "host") : ""],
    ["Does not hear", watching ? someOf(watching.missed.length, watching.missed) : ""],
  ];
}

/** What it can do, as far as it says. */
function abilityFacts(can = {}) {
  const most = [["stations", can.stations], ["networks", can.networks], ["ports", can.ports]].filter(([, value]) => value);
  return [
    ["Kernel", can.kernel],
    ["Wraps frames as", can.encapsulations?.join(", ")],
    ["Tunnel packets by", can.way],
    ["Threads that forward", can.workers ? number(can.workers) : ""],
    ["Holds at most", most.map(([word, value]) => `${number(value)} ${word}`).join(", ")],
    ["Largest MTU of a port", can.largestMtuBytes ? `${number(can.largestMtuBytes)} bytes` : ""],
  ];
}

function chips(networks) {
  return h("ul", { class: "chips" }, networks.map(member => h("li", {}, networkLink(member.network.name),
    h("small", {}, " ", [member.ports ? count(member.ports, "port") : null, member.stations ? count(member.stations, "station") : null].filter(Boolean).join(", ")))));
}

export async function hostView(main, name) {
  const heading = h("div", {});
  const networksBox = h("section", {});
  const traffic = trafficSections();
  put(main, heading, networksBox, traffic.element);
  let sections = null;
  let over = false;
  const draw = async () => {
    const [host, networks] = await Promise.all([ask(pathOf("hosts", name)), networksOf(name)]);
    if (over) return;
    const state = stateOf(host);
    put(heading, h("h1", {}, h("small", {}, "Host"), " ", host.name, " ", stateMark(state)),
      facts(
        ["VTEP", h("span", { class: "mono" }, host.addresses.map(address => `${address}`).join(", "), ` UDP port ${host.udpPort}`)],
        host.observed?.since ? [SINCE[state] ?? "Away since", time(host.observed.since)] : null,
        ["Version", host.observed?.version],
        ["Cannot do", host.observed?.troubles?.length ? h("ul", {}, host.observed.troubles.map(trouble => h("li", {}, trouble))) : ""],
        ["Controller", host.observed?.controller],
        ...watchFacts(host.observed ?? {}),
        ...abilityFacts(host.observed?.abilities),
        ["Follows for VNIs", host.observed?.wanted?.join(", ")],
        ...others(host.observed),
        ["Labels", labels(host)],
        ["Revision", number(host.revision)]));
    put(networksBox, h("h2", {}, "Networks ", h("small", {}, number(networks.length))),
      networks.length ? chips(networks) : h("p", { class: "empty" }, "It has no port in any network."));
    const ports = networks.reduce((sum, member) => sum + member.ports, 0);
    const stations = networks.reduce((sum, member) => sum + member.stations, 0);
    if (sections) {
      sections.ports.setTotal(ports);
      sections.stations.setTotal(stations);
      sections.history.load();
    } else {
      sections = {
        ports: objectSection("port", "host", name, ports),
        stations: objectSection("station", "host", name, stations),
        history: historySection("host", name, host.created),
      };
      main.append(sections.ports.element, ...(stations ? [sections.stations.element] : []), sections.history.element);
    }
  };
  const again = calmly(() => draw().catch(problem => over || put(main, failure(problem))), REFRESH_MS);
  const end = onEvents(batch => {
    const concerns = event => event.at && ((event.kind === "host" && event.name === name) || event.value?.host === name || event.value?.behind === name || event.type === "delete"
      || event.changes.some(change => change.before === name));
    if (!batch || batch.some(concerns)) again();
  });
  await draw();
  const endMeters = onMeters({ host: name }, meters => {
    traffic.show(meters);
    sections?.ports.meter(new Map((meters?.ports ?? []).map(port => [port.device, port])));
  });
  return () => {
    over = true;
    end();
    endMeters();
    again.stop();
    sections?.ports.end();
    sections?.stations.end();
  };
}

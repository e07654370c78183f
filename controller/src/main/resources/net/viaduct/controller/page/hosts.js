// All hosts.

import { h, put } from "./dom.js";
import { failure, href, number, stateMark, stateOf, time } from "./facts.js";
import { filterField, fixed, List } from "./list.js";
import { bitRate, dropLine, isLosing, onMeters } from "./meters.js";
import { onTopology } from "./topology.js";

const CHOICES = [["all", "all"], ["alive", "alive"], ["seen", "seen by others"], ["away", "away"], ["unseen", "not seen"], ["losing", "dropping frames"]];

export function hostsView(main, parameters) {
  let hosts = [];
  let traffic = new Map();
  let part = "";
  let state = CHOICES.some(([choice]) => choice === parameters.get("state")) ? parameters.get("state") : "all";
  const isShown = host => {
    const its = stateOf(host);
    const fits = state === "all" || its === state || (state === "away" && its === "gone") || (state === "losing" && isLosing(traffic.get(host.name)));
    return fits && (host.name.includes(part) || host.addresses.some(address => address.startsWith(part)));
  };
  const list = new List({
    name: "Hosts", rows: 18, href: host => href("host", host.name), empty: "No host is like that.",
    columns: [
      { title: "Host", cell: host => host.name, class: "strong" },
      { title: "State", cell: host => stateMark(stateOf(host), true) },
      { title: "Since", cell: host => (host.observed?.since ? time(host.observed.since) : ""), class: "wider" },
      { title: "VTEP", cell: host => host.addresses.join(", "), class: "mono wider" },
      { title: "Networks", cell: host => number(host.networks), class: "number wider" },
      { title: "Ports", cell: host => number(host.ports), class: "number" },
      { title: "Stations", cell: host => number(host.stations), class: "number wider" },
      { title: "Sends", cell: host => bitRate(traffic.get(host.name)?.fromPorts.bitsPerSecond), class: "rate", wide: true },
      { title: "Gets", cell: host => bitRate(traffic.get(host.name)?.toPorts.bitsPerSecond), class: "rate", wide: true },
      { title: "Drops", cell: host => (traffic.has(host.name) ? dropLine(traffic.get(host.name).dropped, false) : "–"), class: "rate", wide: true },
    ],
  });
  const sum = h("small", {});
  const draw = keepsPlace => {
    const some = hosts.filter(isShown);
    put(sum, some.length === hosts.length ? number(hosts.length) : `${number(some.length)} of ${number(hosts.length)}`);
    list.show(fixed(some), keepsPlace);
  };
  const choose = h("div", { class: "choices", role: "radiogroup", "aria-label": "State" }, CHOICES.map(([choice, words]) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "state", checked: choice === state, onchange: () => {
      state = choice;
      draw(false);
    } }), ` ${words}`)));
  const filter = filterField("Part of a name, or an address", text => {
    part = text;
    draw(false);
  });
  put(main, h("div", { class: "bar" }, h("h1", {}, "Hosts ", sum), choose, filter), list.element);
  const end = onTopology(topology => {
    hosts = topology.hosts;
    draw(true);
  }, problem => put(main, failure(problem)));
  const endMeters = onMeters({}, meters => {
    traffic = new Map((meters?.hosts ?? []).map(host => [host.name, host.traffic]));
    draw(true);
  });
  return () => {
    end();
    endMeters();
  };
}

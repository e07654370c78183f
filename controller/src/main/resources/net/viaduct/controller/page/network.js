// One network: its members, how it floods, what lives in it.

import { ask, pathOf } from "./api.js";
import { h, put, calmly } from "./dom.js";
import { colorOf, count, facts, failure, href, labels, link, number, stateMark, stateOf } from "./facts.js";
import { historySection } from "./history.js";
import { fixed, List } from "./list.js";
import { onEvents } from "./live.js";
import { bitRate, dropLine, flowLine, onMeters } from "./meters.js";
import { objectSection } from "./objects.js";
import { topologyOf } from "./topology.js";
import { floodTree } from "./tree.js";

const REFRESH_MS = 2000;

/** The host that joins the VLAN of a network with the members that are not on it; none if none lives, or it is no VLAN too. */
async function gatewayOf(network) {
  return network.legs?.length ? (await ask(`${pathOf("networks", network.name)}/transition`)).gateway : undefined;
}

function legs(network, gateway) {
  return (network.legs ?? []).map(leg => h("span", { class: "leg" }, link("host", leg.host),
    h("span", { class: "mono" }, ` ${leg.device}${leg.vlan ? `.${leg.vlan}` : ""}`),
    leg.host === gateway ? [" ", h("span", { class: "label" }, "gateway")] : null));
}

function head(network, members, gateway) {
  const away = network.whenAway;
  return [
    h("h1", { class: colorOf(network.name) }, h("small", {}, "Network"), " ", h("i", { class: "swatch" }), network.name, " ",
      h("span", { class: "badge" }, `VNI ${network.vni}`)),
    facts(
      ["Hosts", number(members.length)],
      ["Subnets", h("span", { class: "mono" }, network.subnets.join(", ") || "any")],
      ["Legs in a VLAN", legs(network, gateway)],
      ["MTU", network.mtuBytes ? `${number(network.mtuBytes)} bytes` : "the largest that fits"],
      ["Shares its VNI", network.vniShared ? "yes" : ""],
      ["Stations that nobody told", network.unknown === "drop" ? "frames for them are dropped" : ""],
      ["Without controllers", away.do === "keep" ? "hosts keep what they know" : `hosts flood, and believe frames, after ${count(away.afterSeconds, "second")}`],
      ["Labels", labels(network)],
      ["Revision", number(network.revision)]),
  ];
}

function memberList(traffic) {
  const of = member => traffic.get(member.host.name);
  return new List({
    name: "Members", rows: 12, href: member => href("host", member.host.name), empty: "No host has a port in it.",
    columns: [
      { title: "Host", cell: member => member.host.name, class: "strong" },
      { title: "State", cell: member => stateMark(stateOf(member.host), true) },
      { title: "VTEP", cell: member => member.host.addresses.join(", "), class: "mono wider" },
      { title: "Ports", cell: member => number(member.ports), class: "number" },
      { title: "Stations", cell: member => number(member.stations), class: "number wider" },
      { title: "Sends", cell: member => bitRate(of(member)?.fromPorts.bitsPerSecond), class: "rate" },
      { title: "Gets", cell: member => bitRate(of(member)?.toPorts.bitsPerSecond), class: "rate", wide: true },
      { title: "Drops", cell: member => (of(member) ? dropLine(of(member).dropped, false) : "–"), class: "rate wider" },
    ],
  });
}

export async function networkView(main, name) {
  const heading = h("div", {});
  const traffic = new Map();
  const list = memberList(traffic);
  const rates = h("div", { class: "traffic" });
  const tree = floodTree();
  put(main, heading, rates, h("div", { class: "beside" },
    h("section", { class: "grow" }, h("h2", {}, "Members"), list.element),
    h("section", { class: "grow" }, h("h2", {}, "Flood tree"), tree.element)));
  let sections = null;
  let over = false;
  const draw = async () => {
    const [network, topology] = await Promise.all([ask(pathOf("networks", name)), topologyOf(name)]);
    if (over) return;
    const gateway = await gatewayOf(network);
    if (over) return;
    const members = topology.byNetwork.get(name) ?? [];
    const { ports, stations } = topology;
    put(heading, head(network, members, gateway));
    list.show(fixed(members), true);
    tree.show(network, members, gateway);
    if (sections) {
      sections.ports.setTotal(ports);
      sections.stations.setTotal(stations);
      sections.history.load();
    } else {
      sections = {
        ports: objectSection("port", "network", name, ports),
        stations: objectSection("station", "network", name, stations),
        history: historySection("network", name, network.created),
      };
      main.append(sections.ports.element, sections.stations.element, sections.history.element);
    }
  };
  const again = calmly(() => draw().catch(problem => over || put(main, failure(problem))), REFRESH_MS);
  const end = onEvents(batch => {
    const concerns = event => event.at && ((event.kind === "network" && event.name === name) || event.value?.network === name || event.type === "delete"
      || (event.kind === "host" && event.type === "observed") || event.changes.some(change => change.before === name));
    if (!batch || batch.some(concerns)) again();
  });
  await draw();
  const endMeters = onMeters({ network: name }, meters => {
    traffic.clear();
    meters?.hosts.forEach(host => traffic.set(host.name, host.traffic));
    list.redraw();
    put(rates, meters?.hosts.length ? facts(
      ["From machines", flowLine(meters.traffic.fromPorts)],
      ["To machines", flowLine(meters.traffic.toPorts)],
      ["Into tunnels", flowLine(meters.traffic.toRemotes)],
      ["Dropped", dropLine(meters.traffic.dropped)]) : null);
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

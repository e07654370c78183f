// A few hosts: each a pier, each network a span across those that have a port in it.

import { halfDisc, put, s, showTip, hideTip } from "./dom.js";
import { colorOf, count, href, stateOf, STATE_WORDS } from "./facts.js";
import { bitRate, briefRate, isLosing, perSecond, strength } from "./meters.js";

const LABEL_PX = 150;
const ROW_PX = 40;
const TOP_PX = 24;
const PIER_PX = 82;
const LEAST_COLUMN_PX = 56;
const BRIEF_BELOW_PX = 92;
const MOST_COLUMN_PX = 260;
const MOST_NETWORKS = 24;

/** Whether it can be read when it is drawn like this. */
export function fitsSpans(topology, width) {
  return topology.hasMembers && topology.hosts.length > 0 && topology.networks.length <= MOST_NETWORKS
    && LABEL_PX + topology.hosts.length * LEAST_COLUMN_PX <= width;
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Writes rates into a drawing; what is drawn stays, and so does who has the focus. */
export function meterSpans(drawing, meters) {
  const hosts = new Map((meters?.hosts ?? []).map(host => [host.name, host.traffic]));
  const networks = new Map((meters?.networks ?? []).map(network => [network.name, network.traffic]));
  for (const foot of drawing.querySelectorAll(".foot")) {
    const traffic = hosts.get(foot.dataset.host);
    const drops = traffic?.dropped.framesPerSecond ?? 0;
    const rate = foot.dataset.room === "brief" ? briefRate : bitRate;
    put(foot.querySelector(".out"), traffic ? `↑ ${rate(traffic.fromPorts.bitsPerSecond)}` : "");
    put(foot.querySelector(".in"), traffic ? `↓ ${rate(traffic.toPorts.bitsPerSecond)}` : "");
    foot.classList.toggle("losing", isLosing(traffic));
    put(foot.querySelector(".drops"), isLosing(traffic) ? `drops ${perSecond(drops)}` : "");
  }
  for (const span of drawing.querySelectorAll(".span")) {
    const rate = networks.get(span.dataset.network)?.fromPorts.bitsPerSecond;
    span.querySelector(".deck")?.setAttribute("class", `deck strength-${strength(rate)}`);
    put(span.querySelector(".rate"), rate > 0 ? ` · ${bitRate(rate)}` : "");
  }
}

export function drawSpans(topology, width) {
  const { hosts, networks } = topology;
  const column = Math.min(MOST_COLUMN_PX, (width - LABEL_PX) / hosts.length);
  const x = new Map(hosts.map((host, i) => [host.name, LABEL_PX + column * (i + 0.5)]));
  const deckY = i => TOP_PX + ROW_PX * i;
  const feet = TOP_PX + ROW_PX * networks.length + 14;
  const drawing = s("svg", {
    class: "spans", width: LABEL_PX + column * hosts.length, height: feet + PIER_PX + 4, role: "group",
    "aria-label": `${count(hosts.length, "host")} and ${count(networks.length, "network")}`,
  });
  const highest = new Map();
  networks.forEach((network, i) => topology.byNetwork.get(network.name).forEach(member => {
    if (!highest.has(member.host.name)) highest.set(member.host.name, i);
  }));
  for (const host of hosts) {
    const from = highest.has(host.name) ? deckY(highest.get(host.name)) : feet;
    drawing.append(s("line", { class: "pier", x1: x.get(host.name), x2: x.get(host.name), y1: from, y2: feet }));
  }
  drawing.append(arches(hosts.map(host => x.get(host.name)), feet));
  networks.forEach((network, i) => drawing.append(span(network, topology.byNetwork.get(network.name), x, deckY(i), column)));
  hosts.forEach(host => drawing.append(pier(host, x.get(host.name), feet, column, drawing)));
  return drawing;
}

function arches(xs, y) {
  const path = xs.slice(1).map((to, i) => {
    const half = (to - xs[i]) / 2;
    return `M${xs[i]} ${y}A${half} ${Math.min(half, 14)} 0 0 1 ${to} ${y}`;
  });
  return s("path", { class: "arches", d: path.join("") });
}

function span(network, members, x, y, column) {
  const group = s("a", { class: `span ${colorOf(network.name)}`, href: href("network", network.name), "data-network": network.name, "aria-label":
    `${network.name}, VNI ${network.vni}: ${count(members.length, "host")}, ${count(network.ports, "port")}, ${count(network.stations, "station")}` });
  const places = members.map(member => x.get(member.host.name)).sort((a, b) => a - b);
  group.append(
    s("rect", { class: "catch", x: 0, y: y - ROW_PX / 2, width: "100%", height: ROW_PX }),
    s("text", { class: "name", x: 2, y: y - 2 }, cut(network.name, 18)),
    s("text", { class: "vni", x: 2, y: y + 12 }, `VNI ${network.vni}`, s("tspan", { class: "rate" })));
  if (places.length) group.append(s("line", { class: "deck", x1: places[0], x2: places.at(-1), y1: y, y2: y }));
  for (const member of members) {
    const at = x.get(member.host.name);
    const dot = s("g", { class: `joint host-${member.host.name}` },
      s("circle", { cx: at, cy: y, r: Math.min(13, column / 4) }),
      s("text", { x: at, y: y + 4 }, member.ports + member.stations > 999 ? "1k+" : String(member.ports + member.stations)));
    dot.addEventListener("pointermove", event => showTip(event.clientX, event.clientY, `${member.host.name} in ${network.name}`,
      `${count(member.ports, "port")}, ${count(member.stations, "station")}`));
    dot.addEventListener("pointerleave", hideTip);
    group.append(dot);
  }
  return group;
}

function pier(host, x, y, column, drawing) {
  const state = stateOf(host);
  const width = Math.min(column - 8, 128);
  const box = s("a", { class: `foot ${state}`, href: href("host", host.name), "data-host": host.name, "data-room": column < BRIEF_BELOW_PX ? "brief" : "whole", "aria-label": `${host.name}, ${STATE_WORDS[state]}, ${count(host.ports, "port")}` },
    s("rect", { x: x - width / 2, y, width, height: PIER_PX - 6, rx: 5 }),
    s("circle", { class: "mark", cx: x, cy: y + 12, r: 4 }),
    state === "seen" ? halfDisc(x, y + 12, 4) : null,
    s("text", { class: "name", x, y: y + 29 }, cut(host.name, Math.floor(width / 7.5))),
    s("text", { class: "ports", x, y: y + 42 }, count(host.ports, "port")),
    s("text", { class: "out", x, y: y + 56 }),
    s("text", { class: "in", x, y: y + 69 }),
    s("text", { class: "drops", x, y: y - 4 }));
  const light = isOn => drawing.querySelectorAll(".joint").forEach(joint =>
    joint.classList.toggle("faint", isOn && !joint.classList.contains(`host-${host.name}`)));
  box.addEventListener("pointerenter", () => light(true));
  box.addEventListener("pointerleave", () => light(false));
  return box;
}

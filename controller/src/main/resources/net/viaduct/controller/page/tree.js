// How a frame that goes to all is spread: from the host whose port it came from to each other member, or by a group.

import { h, halfDisc, put, s, showTip, hideTip } from "./dom.js";
import { colorOf, count, floodWords, href, stateOf, STATE_WORDS } from "./facts.js";

const SIDE = 420;
const MIDDLE = SIDE / 2;
const MOST_NAMED = 16;
const MOST_BOLD = 60;

const isOnWire = (network, member) => network.legs?.some(leg => leg.host === member.host.name) ?? false;

/** Who gets copies by tunnels: with legs in a VLAN not those whom the wire takes them to (decision 0035). */
function receiversOf(network, members, gateway, sender) {
  const carries = member => !isOnWire(network, member) || member.host.name === gateway;
  // stations of a host that was withdrawn are told nobody, and it is in no flood list
  return members.filter(member => member !== sender && stateOf(member.host) !== "gone"
    && carries(sender) && carries(member));
}

/** The same in words. */
function wordsFor(network, gateway, sender, receivers) {
  const copies = count(receivers.length, "copy", "copies");
  if (typeof network.flood === "object") {
    return `is sent once, to ${floodWords(network)} of the underlay, which ${count(receivers.length, "other host")} can join.`;
  }
  if (!network.legs?.length) return `is sent as ${copies}: ${floodWords(network)}.`;
  const toOthers = "to each member without a leg";
  if (sender.host.name === gateway) return `goes by its leg to the wire, and is sent as ${copies}: ${toOthers}.`;
  if (isOnWire(network, sender)) {
    return gateway ? "goes by its leg to the wire, which takes it to the gateway and all others."
      : "goes by its leg to the wire, and nobody takes it further: no host with a leg is known to live.";
  }
  if (!gateway) return `is sent as ${copies}: ${toOthers}; not to the wire, as no host with a leg is known to live.`;
  return `is sent as ${copies}: to ${gateway}, the gateway to the wire${receivers.length > 1 ? `, and ${toOthers}` : ""}.`;
}

/** How large the marks of so many members are, and how far apart. */
function scaleFor(number) {
  if (number <= MOST_NAMED) return { radius: 9, apart: 60, first: 120, ring: 50 };
  if (number <= 60) return { radius: 6, apart: 24, first: 90, ring: 30 };
  if (number <= 250) return { radius: 4, apart: 13, first: 70, ring: 16 };
  return { radius: 2.3, apart: 7, first: 64, ring: 8 };
}

/** Places in rings around the middle; more of them the further out. */
function rings(number) {
  const scale = scaleFor(number);
  const places = [];
  for (let ring = 0; places.length < number; ring++) {
    const radius = scale.first + ring * scale.ring;
    const room = Math.max(1, Math.floor((2 * Math.PI * radius) / scale.apart));
    const here = Math.min(room, number - places.length);
    const begin = (here % 2 ? 0 : Math.PI / here) - Math.PI / 2; // nobody is below the middle, where its name is
    for (let i = 0; i < here; i++) {
      const angle = (2 * Math.PI * i) / here + begin;
      places.push({ x: MIDDLE + radius * Math.cos(angle), y: MIDDLE + radius * Math.sin(angle) });
    }
  }
  return { places, radius: scale.radius };
}

function leaf(member, place, radius, isNamed) {
  const state = stateOf(member.host);
  const mark = s("a", { class: `leaf ${state}`, href: href("host", member.host.name), tabindex: isNamed ? 0 : -1, "aria-label": `${member.host.name}, ${STATE_WORDS[state]}` },
    s("circle", { cx: place.x, cy: place.y, r: radius }), state === "seen" ? halfDisc(place.x, place.y, radius) : null);
  if (isNamed) {
    const isBelow = place.y > MIDDLE + 20;
    mark.append(s("text", { x: place.x, y: place.y + (isBelow ? radius + 14 : -radius - 6) }, member.host.name));
  }
  mark.addEventListener("pointermove", event => showTip(event.clientX, event.clientY, h("b", {}, member.host.name), STATE_WORDS[state]));
  mark.addEventListener("pointerleave", hideTip);
  return mark;
}

function draw(network, sender, receivers) {
  const { places, radius } = rings(receivers.length);
  const isNamed = receivers.length <= MOST_NAMED;
  const reach = Math.max(120, ...places.map(place => Math.hypot(place.x - MIDDLE, place.y - MIDDLE))) + (isNamed ? 40 : 12);
  const group = typeof network.flood === "object" ? network.flood.group : null;
  const drawing = s("svg", { class: `tree ${isNamed ? "small" : receivers.length > MOST_BOLD ? "many" : ""} ${colorOf(network.name)}`, viewBox: `${MIDDLE - reach - (isNamed ? 30 : 0)} ${MIDDLE - reach} ${2 * reach + (isNamed ? 60 : 0)} ${2 * reach}`,
    role: "group", "aria-label": `Flood tree of ${network.name} from ${sender.host.name}` });
  receivers.forEach((member, i) => {
    const state = stateOf(member.host);
    drawing.append(s("line", { class: `branch ${group ? "by-group" : ""} ${state}`, x1: MIDDLE, y1: MIDDLE, x2: places[i].x, y2: places[i].y }));
  });
  receivers.forEach((member, i) => drawing.append(leaf(member, places[i], radius, isNamed)));
  if (group) {
    drawing.append(s("rect", { class: "group", x: MIDDLE - 13, y: MIDDLE - 13, width: 26, height: 26, transform: `rotate(45 ${MIDDLE} ${MIDDLE})` }),
      s("text", { class: "root", x: MIDDLE, y: MIDDLE + 36 }, group));
  } else {
    drawing.append(s("a", { class: "root", href: href("host", sender.host.name) }, s("circle", { cx: MIDDLE, cy: MIDDLE, r: 15 }),
      s("text", { x: MIDDLE, y: MIDDLE + 33 }, sender.host.name)));
  }
  return drawing;
}

/** A drawing, words beside it, and a choice of who sends. */
export function floodTree() {
  let chosen = "";
  let network = null;
  let members = [];
  let gateway;
  const choice = h("select", { id: "sender", onchange: event => {
    chosen = event.target.value;
    show();
  } });
  const words = h("p", {});
  const box = h("div", { class: "tree-box" });
  const element = h("div", { class: "flood" }, h("p", { class: "bar" }, h("label", { for: "sender" }, "A frame to all that comes from a port of"), choice), words, box);

  function show() {
    const sender = members.find(member => member.host.name === chosen) ?? members[0];
    if (!sender) {
      put(box);
      put(words, "There is nobody to flood to.");
      return;
    }
    const receivers = receiversOf(network, members, gateway, sender);
    put(words, wordsFor(network, gateway, sender, receivers));
    put(box, draw(network, sender, receivers));
  }

  return {
    element,
    show(newNetwork, newMembers, newGateway) {
      network = newNetwork;
      members = newMembers;
      gateway = newGateway;
      if (!members.some(member => member.host.name === chosen)) chosen = members[0]?.host.name ?? "";
      put(choice, members.map(member => h("option", { value: member.host.name, selected: member.host.name === chosen }, member.host.name)));
      show();
    },
  };
}

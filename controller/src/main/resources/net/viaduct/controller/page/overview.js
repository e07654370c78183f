// The first view: how many, how they are, who has ports where, what happens.

import { h, put } from "./dom.js";
import { eventStrip } from "./events.js";
import { count, failure, href, networkMark, number, stateOf } from "./facts.js";
import { fixed, List } from "./list.js";
import { bitRate, isLosing, onMeters } from "./meters.js";
import { drawSpans, fitsSpans, meterSpans } from "./spans.js";
import { talkSection } from "./talk.js";
import { groupings, Tiles } from "./tiles.js";
import { membersOf, onTopology } from "./topology.js";

const SHOWN_EVENTS = 8;
const PADDING_PX = 16;

function figure(value, words, link, state = "") {
  return h("a", { class: `figure ${state}`, href: link }, h("b", {}, number(value)), " ", h("span", {}, words));
}

/** What all hosts carry, and how many of them drop frames; the same elements each time, as one may have the focus. */
function rateFigures() {
  const sum = h("b", {});
  const losing = h("b", {});
  const words = h("span", {});
  const sumFigure = h("a", { class: "figure", href: "#/hosts", hidden: true }, sum, " ", h("span", {}, "sent by machines"));
  const losingFigure = h("a", { class: "figure losing", href: "#/hosts?state=losing", hidden: true }, losing, " ", words);
  return {
    elements: [sumFigure, losingFigure],
    show(meters) {
      const hosts = meters?.hosts ?? [];
      const count = hosts.filter(host => isLosing(host.traffic)).length;
      put(sum, bitRate(hosts.reduce((all, host) => all + (host.traffic.fromPorts.bitsPerSecond ?? 0), 0)));
      put(losing, number(count));
      put(words, count === 1 ? "host drops frames" : "hosts drop frames");
      sumFigure.hidden = hosts.length === 0;
      losingFigure.hidden = count === 0;
    },
  };
}

function figures(topology) {
  const by = { alive: 0, seen: 0, away: 0, gone: 0, unseen: 0 };
  for (const host of topology.hosts) by[stateOf(host)]++;
  const away = by.away + by.gone;
  return [
    figure(topology.hosts.length, topology.hosts.length === 1 ? "host" : "hosts", "#/hosts"),
    figure(by.alive, "alive", "#/hosts?state=alive", "alive"),
    by.seen ? figure(by.seen, "seen by others", "#/hosts?state=seen", "seen") : null,
    figure(away, "away", "#/hosts?state=away", away ? "away" : ""),
    by.unseen ? figure(by.unseen, "not seen yet", "#/hosts?state=unseen", "unseen") : null,
    figure(topology.networks.length, topology.networks.length === 1 ? "network" : "networks", "#/networks"),
    figure(topology.ports, "ports", "#/networks"),
    figure(topology.stations, "other stations", "#/networks"),
  ];
}

/** The drawing of many hosts, with the networks beside it. */
function mapView() {
  let topology = null;
  let by = null;
  let asked = 0;
  let traffic = new Map();
  let isByTraffic = false;
  const words = h("p", { class: "map-words", role: "status" });
  const choice = h("select", { "aria-label": "In groups by", onchange: () => {
    by = choice.value;
    draw();
  } });
  const filling = h("label", { class: "grouping" }, "fuller by ", h("select", { "aria-label": "Fuller by", onchange: event => {
    isByTraffic = event.target.value === "traffic";
    tiles.meter(traffic, isByTraffic);
    plain();
  } }, h("option", { value: "ports" }, "ports"), h("option", { value: "traffic" }, "traffic")));
  const grouping = h("label", { class: "grouping" }, "in groups by ", choice);
  const tiles = new Tiles();
  const mapBox = h("div", { class: "map" }, h("div", { class: "bar" }, words, filling, grouping), tiles.element);
  const plain = () => put(words, isByTraffic ? "Each tile is a host; each shade is ten times the traffic." : "Each tile is a host; the fuller, the more ports.");
  const light = async network => {
    const mine = ++asked;
    if (!network) {
      tiles.light(null);
      plain();
      return;
    }
    const members = await membersOf(network.name).catch(() => []);
    if (mine !== asked) return;
    tiles.light(new Set(members.map(member => member.host.name)));
    put(words, networkMark(network.name), ` has ports on ${number(members.length)} of ${count(topology.hosts.length, "host")}.`);
  };
  let lit = null;
  const list = new List({
    name: "Networks", rows: 18, href: network => href("network", network.name), empty: "There is no network.",
    onCurrent: network => {
      if (network === lit) return;
      lit = network;
      light(network);
    },
    columns: [
      { title: "Network", cell: network => networkMark(network.name), class: "strong" },
      { title: "Hosts", cell: network => number(network.hosts), class: "number" },
      { title: "Ports", cell: network => number(network.ports), class: "number" },
    ],
  });
  plain();
  const element = h("div", { class: "beside map-and-list" }, mapBox, h("div", { class: "side" }, list.element));
  function draw() {
    const names = groupings(topology.hosts);
    if (by === null) by = names[0] ?? "";
    if (by && !names.includes(by)) by = "";
    grouping.hidden = names.length === 0;
    put(choice, h("option", { value: "" }, "name"), names.map(name => h("option", { value: name, selected: name === by }, name)));
    tiles.show(topology.hosts, by, Math.max(280, mapBox.clientWidth));
  }
  return {
    element,
    meter(meters) {
      traffic = new Map((meters?.hosts ?? []).map(host => [host.name, host.traffic]));
      tiles.meter(traffic, isByTraffic);
    },
    show(next) {
      topology = next;
      draw();
      list.show(fixed([...topology.networks].sort((a, b) => b.hosts - a.hosts || b.ports - a.ports)), true);
    },
  };
}

export function overviewView(main) {
  const numbers = h("div", { class: "contents" });
  const drawing = h("div", { class: "drawing" });
  const strip = eventStrip(SHOWN_EVENTS);
  const talk = talkSection();
  const rates = rateFigures();
  put(main, h("h1", { class: "hidden" }, "Overview"), h("div", { class: "figures" }, numbers, rates.elements), drawing, talk.element,
    h("section", {}, h("div", { class: "bar" }, h("h2", {}, "What happens"), h("a", { href: "#/events" }, "all events")), strip.element));
  let topology = null;
  let meters = null;
  let map = null;
  let spans = null;
  const meter = () => {
    if (spans) meterSpans(spans, meters);
    map?.meter(meters);
  };
  const draw = () => {
    if (!topology) return;
    const room = drawing.clientWidth - 2 * PADDING_PX;
    spans = null;
    if (topology.hosts.length === 0 && topology.networks.length === 0) {
      put(drawing, h("p", { class: "empty" }, "There is nothing yet: ", h("code", {}, "viaduct network create blue"), ", or let hosts join."));
    } else if (fitsSpans(topology, room)) {
      map = null;
      spans = drawSpans(topology, room);
      put(drawing, spans);
    } else {
      if (!map) {
        map = mapView();
        put(drawing, map.element);
      }
      map.show(topology);
    }
    meter();
  };
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (drawing.clientWidth !== width) {
      width = drawing.clientWidth;
      draw();
    }
  });
  observer.observe(drawing);
  const end = onTopology(next => {
    topology = next;
    put(numbers, figures(next));
    draw();
  }, problem => topology || put(drawing, failure(problem)));
  const endMeters = onMeters({}, next => {
    meters = next;
    meter();
    rates.show(next);
    talk.show(next);
    talk.element.hidden = !next?.hosts.length;
  });
  talk.element.hidden = true;
  return () => {
    observer.disconnect();
    endMeters();
    strip.end();
    end();
  };
}

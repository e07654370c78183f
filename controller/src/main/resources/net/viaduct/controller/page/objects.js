// Lists of ports and stations, which may be very long: read by pages, kept up to date by events.

import { h, put, calmly } from "./dom.js";
import { count, href, networkMark, placeOf } from "./facts.js";
import { filterField, List, Paged } from "./list.js";
import { bitRate, dropLine } from "./meters.js";
import { onEvents } from "./live.js";

const RELOAD_MS = 3000;

const PORT = {
  kind: "port",
  title: "Ports",
  filter: "Port names that begin with …",
  columns: {
    name: { title: "Port", cell: port => port.name, class: "strong" },
    network: { title: "Network", cell: port => networkMark(port.network) },
    host: { title: "Host", cell: port => port.host ?? "–" },
    mac: { title: "MAC", cell: port => port.mac, class: "mono", wide: true },
    ips: { title: "Addresses", cell: port => port.ips.join(", "), class: "mono", wide: true },
    state: { title: "State", cell: port => portState(port) },
  },
};

const STATION = {
  kind: "station",
  title: "Stations",
  filter: "MAC addresses that begin with …",
  columns: {
    mac: { title: "MAC", cell: station => station.mac, class: "mono strong" },
    network: { title: "Network", cell: station => networkMark(station.network) },
    host: { title: "Behind", cell: station => station.behind ?? "direct" },
    ips: { title: "Addresses", cell: station => station.ips.join(", "), class: "mono", wide: true },
  },
};

/** What should be, and what the host says if it does. */
export function portState(port) {
  const seen = port.observed?.state;
  if (seen) return h("span", { class: seen === "attached" ? "state alive" : "state away" }, h("i", { class: "mark" }), seen);
  return port.up ? "wanted up" : "wanted down";
}

const nameOf = item => item.name ?? `${item.network}/${item.mac}`;
const ownerOf = (by, value) => (by === "host" ? value?.host ?? value?.behind : value?.[by]);

/** Of a host's ports the rates are known, by their devices. */
function rateColumns(rates) {
  const of = port => rates.get(port.device ?? port.name);
  return [
    { title: "Sends", cell: port => bitRate(of(port)?.received.bitsPerSecond), class: "rate" },
    { title: "Gets", cell: port => bitRate(of(port)?.sent.bitsPerSecond), class: "rate", wide: true },
    { title: "Drops", cell: port => (of(port) ? dropLine(of(port).dropped, false) : "–"), class: "rate", wide: true },
  ];
}

/** A section with a list of those of one network or one host; null if there is nothing. */
export function objectSection(kind, by, owner, total) {
  const what = kind === "port" ? PORT : STATION;
  let below = "";
  let strange = 0;
  const rates = new Map();
  const columns = Object.entries(what.columns).filter(([field]) => field !== by).map(([, column]) => column);
  if (kind === "port" && by === "host") {
    for (const column of [what.columns.mac, what.columns.ips]) columns[columns.indexOf(column)] = { ...column, wide: false, class: "mono wider" };
    columns.push(...rateColumns(rates));
  }
  const list = new List({
    name: what.title, columns, rows: 12, href: item => href(kind, nameOf(item)),
    empty: `No ${what.kind} is here.`,
  });
  const heading = h("h2", {}, what.title, " ", h("small", {}, count(total, what.kind)));
  // names of stations begin with their network
  const prefix = () => (kind === "station" && by === "network" && below ? `${owner}/${below.toLowerCase()}` : below);
  const show = keepsPlace => {
    strange = 0;
    return list.show(new Paged(`${kind}s`, { [by]: owner, below: prefix() }, below ? 0 : total), keepsPlace);
  };
  const canFilter = kind === "port" || by === "network";
  const filter = filterField(what.filter, text => {
    below = text;
    show(false);
  });
  const reload = calmly(() => strange && show(true), RELOAD_MS);
  const end = onEvents(batch => {
    for (const event of batch ?? []) {
      if (event.kind !== kind || !event.at) continue;
      const same = item => nameOf(item) === event.name;
      if (event.type === "observed") list.update(same, item => ({ ...item, observed: event.value }));
      else {
        const isHere = ownerOf(by, event.value) === owner;
        const isKnown = isHere && list.update(same, item => ({ ...item, ...event.value }));
        if (!isKnown && (isHere || list.source.items.some(same))) strange++;
      }
    }
    if (strange || !batch) {
      strange += batch ? 0 : 1;
      reload();
    }
  });
  show(false);
  const element = h("section", { class: `objects ${kind}s` }, h("div", { class: "bar" }, heading, total > 20 && canFilter ? filter : null), list.element);
  return {
    element,
    list,
    /** Other rates are known, by device. */
    meter(next) {
      rates.clear();
      next.forEach((port, device) => rates.set(device, port));
      list.redraw();
    },
    /** Another number of them is there. */
    setTotal(next) {
      put(heading, what.title, " ", h("small", {}, count(next, what.kind)));
      if (next !== total) {
        total = next;
        if (!below) show(true);
      }
    },
    end() {
      end();
      reload.stop();
    },
  };
}

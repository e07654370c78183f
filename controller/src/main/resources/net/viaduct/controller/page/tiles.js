// Many hosts: each a tile, the fuller the more ports it has; in groups by a label if somebody wants that.

import { h, put, s, showTip, hideTip } from "./dom.js";
import { count, href, number, stateOf, STATE_WORDS } from "./facts.js";
import { bitRate, carried, isLosing, strength } from "./meters.js";

const SIZES = [[40, 44], [150, 30], [400, 22], [1000, 16], [3000, 11], [Infinity, 7]];
const HEADING_PX = 22;
const GROUP_GAP_PX = 14;
const WIDTH_TO_HEIGHT = 2.5;
const LEAST_COLUMNS = 5; // as wide as a heading
const NAMED_FROM_PX = 44;
const SHADES = 5;

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** The labels that hosts can be grouped by: those that many share. */
export function groupings(hosts) {
  const values = new Map();
  for (const host of hosts) {
    for (const [name, value] of Object.entries(host.labels ?? {})) {
      if (!values.has(name)) values.set(name, new Set());
      values.get(name).add(value);
    }
  }
  return [...values].filter(([, set]) => set.size > 1 && set.size <= Math.max(12, hosts.length / 4)).map(([name]) => name);
}

function groupsOf(hosts, by) {
  if (!by) return [["", hosts]];
  const groups = new Map();
  for (const host of hosts) {
    const value = host.labels?.[by] ?? "";
    if (!groups.has(value)) groups.set(value, []);
    groups.get(value).push(host);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
}

/** A map of hosts that can be gone through by arrows; Enter or a click opens one. */
export class Tiles {
  constructor(onHost = () => {}) {
    this.onHost = onHost;
    this.element = h("div", { class: "tiles", tabindex: 0, role: "listbox", "aria-label": "Hosts" });
    this.element.addEventListener("pointermove", event => this.point(event));
    this.element.addEventListener("pointerleave", () => this.leave());
    this.element.addEventListener("blur", () => this.leave());
    this.element.addEventListener("click", event => this.open(this.at(event)));
    this.element.addEventListener("keydown", event => this.key(event));
    this.current = -1;
    this.lit = null;
    this.places = [];
    this.traffic = new Map();
    this.isByTraffic = false;
  }

  show(hosts, by, width) {
    const gap = hosts.length > 1000 ? 1 : 3;
    const size = SIZES.find(([most]) => hosts.length <= most)[1];
    const step = size + gap;
    const room = Math.max(1, Math.floor((width + gap) / step));
    const most = hosts.reduce((max, host) => Math.max(max, host.ports), 1);
    const drawing = s("svg", { width, role: "presentation" });
    let x = 0;
    let y = 0;
    let shelf = 0; // how high the groups beside each other are
    this.places = [];
    const current = this.current >= 0 ? this.hosts?.[this.current]?.name : null;
    this.hosts = [];
    for (const [value, some] of groupsOf(hosts, by)) {
      const columns = by ? Math.min(room, Math.max(LEAST_COLUMNS, Math.ceil(Math.sqrt(some.length * WIDTH_TO_HEIGHT)))) : room;
      const head = by ? HEADING_PX : 0;
      if (x > 0 && x + columns * step > width + gap) {
        y += shelf;
        x = shelf = 0;
      }
      if (by) drawing.append(s("text", { class: "heading", x, y: y + 15 }, `${value || `no ${by}`} · ${some.length}`));
      some.forEach((host, i) => {
        const place = { x: x + (i % columns) * step, y: y + head + Math.floor(i / columns) * step, size };
        drawing.append(this.tile(host, place));
        this.hosts.push(host);
        this.places.push(place);
      });
      shelf = Math.max(shelf, head + Math.ceil(some.length / columns) * step + (by ? GROUP_GAP_PX : 0));
      x += columns * step + GROUP_GAP_PX;
    }
    y += shelf;
    drawing.setAttribute("height", y);
    put(this.element, drawing);
    this.tiles = [...drawing.querySelectorAll(".tile")];
    this.current = current ? this.hosts.findIndex(host => host.name === current) : -1;
    this.shades = this.hosts.map(host => Math.ceil((SHADES * Math.sqrt(host.ports)) / Math.sqrt(most)));
    this.light(this.lit);
    this.shade();
  }

  /** What hosts carry, by name; whether tiles are the fuller for that, instead of for ports. */
  meter(traffic, isByTraffic) {
    this.traffic = traffic;
    this.isByTraffic = isByTraffic;
    this.shade();
  }

  /** Tiles stay the same: who points at one, or has gone to one by arrows, goes on. */
  shade() {
    this.tiles?.forEach((tile, i) => {
      const traffic = this.traffic.get(this.hosts[i].name);
      const shade = this.isByTraffic ? strength(carried(traffic)) : this.shades[i];
      for (let step = 0; step <= SHADES; step++) tile.classList.toggle(`shade-${step}`, step === shade);
      tile.classList.toggle("losing", isLosing(traffic));
    });
  }

  tile(host, { x, y, size }) {
    const state = stateOf(host);
    const inset = state === "alive" ? 0 : 1;
    const tile = s("g", { class: `tile ${state}`, "data-tile": this.hosts.length, id: `tile-${this.hosts.length}`, role: "option",
      "aria-label": `${host.name}, ${STATE_WORDS[state]}, ${count(host.ports, "port")}` },
      s("rect", { x: x + inset, y: y + inset, width: size - 2 * inset, height: size - 2 * inset, rx: Math.min(4, size / 5) }));
    if (size >= NAMED_FROM_PX) tile.append(s("text", { x: x + size / 2, y: y + size / 2 + 4 }, cut(host.name, 6)));
    return tile;
  }

  /** Lets only some stand out: a map with their names; null for all. */
  light(names) {
    this.lit = names;
    this.element.classList.toggle("lit", names !== null);
    this.tiles?.forEach((tile, i) => tile.classList.toggle("hit", names !== null && names.has(this.hosts[i].name)));
  }

  at(event) {
    const tile = event.target.closest?.("[data-tile]");
    return tile ? Number(tile.dataset.tile) : -1;
  }

  tell(i, x, y) {
    const host = this.hosts[i];
    const traffic = this.traffic.get(host.name);
    showTip(x, y, h("b", {}, host.name), STATE_WORDS[stateOf(host)],
      `${count(host.networks, "network")}, ${count(host.ports, "port")}, ${count(host.stations, "station")}`,
      traffic ? `↑ ${bitRate(traffic.fromPorts.bitsPerSecond)} ↓ ${bitRate(traffic.toPorts.bitsPerSecond)}` : "no rates",
      ...(isLosing(traffic) ? [`drops ${number(Math.round(traffic.dropped.framesPerSecond))} frames/s`] : []));
    this.onHost(host);
  }

  point(event) {
    const i = this.at(event);
    if (i < 0) return this.leave();
    this.tell(i, event.clientX, event.clientY);
  }

  open(i) {
    if (i >= 0) location.hash = href("host", this.hosts[i].name);
  }

  leave() {
    hideTip();
    this.onHost(null);
  }

  /** The nearest tile below or above. */
  beside(direction) {
    const from = this.places[Math.max(this.current, 0)];
    let best = this.current;
    let least = Infinity;
    this.places.forEach((place, i) => {
      const down = (place.y - from.y) * direction;
      const distance = down * 3 + Math.abs(place.x - from.x);
      if (down > 1 && distance < least) {
        least = distance;
        best = i;
      }
    });
    return best;
  }

  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 0, ArrowUp: 0, Home: -Infinity, End: Infinity };
    if (event.key in steps && !event.altKey && !event.ctrlKey && !event.metaKey && this.hosts.length) {
      event.preventDefault();
      const wanted = steps[event.key] ? this.current + steps[event.key] : this.beside(event.key === "ArrowDown" ? 1 : -1);
      const next = Math.min(Math.max(wanted, 0), this.hosts.length - 1);
      this.tiles[this.current]?.classList.remove("current");
      this.current = next;
      this.tiles[next].classList.add("current");
      this.tiles[next].scrollIntoView({ block: "nearest" });
      this.element.setAttribute("aria-activedescendant", `tile-${next}`);
      const box = this.tiles[next].getBoundingClientRect();
      this.tell(next, box.right, box.bottom);
    } else if (event.key === "Enter") this.open(this.current);
    else if (event.key === "Escape") this.leave();
  }
}

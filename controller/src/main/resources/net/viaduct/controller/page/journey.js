// The way of a frame as a picture: port, host, tunnel, host, port; a branch for each copy.

import { s } from "./dom.js";
import { colorOf, count, href } from "./facts.js";

const BOX = { width: 152, height: 48 };
const ROW_PX = 64;
const USUAL_GAP_PX = 128;
const LEAST_GAP_PX = 64;
const INDENT_PX = 26;
const MOST_BRANCHES = 24;
const WORDS = { port: "port", host: "host", drop: "dropped", kept: "kept by the host", silent: "not followed", more: "not drawn" };

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** The journey as a tree: { kind, label, href, tunnel, children }. */
export function treeOf(journey) {
  const isPlaced = new Set();
  const host = (number, tunnel) => {
    const trace = journey.traces[number];
    isPlaced.add(number);
    if (trace.untold) return { kind: "silent", label: trace.host, tunnel, children: [] };
    const children = trace.outcomes.flatMap(outcome => branches(outcome, isPlaced, host));
    const hidden = Math.max(0, children.length - MOST_BRANCHES) + (trace.outcomesLeftOut ?? 0);
    return {
      kind: "host", label: trace.host, href: href("host", trace.host), tunnel,
      children: [...children.slice(0, MOST_BRANCHES), ...(hidden ? [{ kind: "more", label: count(hidden, "more copy", "more copies"), children: [] }] : [])],
    };
  };
  const { name } = journey.port;
  return { kind: "port", label: name, href: href("port", name), children: [host(0)] };
}

function branches(outcome, isPlaced, host) {
  const leaf = (kind, label, more = {}) => [{ kind, label, children: [], ...more }];
  switch (outcome.verdict) {
    case "delivered": return leaf("port", outcome.portName ?? outcome.port, { href: outcome.portName ? href("port", outcome.portName) : null });
    case "dropped": return leaf("drop", outcome.reason);
    case "sent": {
      const tunnel = { vni: outcome.vni, to: outcome.remote };
      const next = outcome.next.filter(number => !isPlaced.has(number));
      return next.length ? next.map(number => host(number, tunnel)) : leaf("silent", outcome.remote, { tunnel });
    }
    default: return leaf("kept", "for the host");
  }
}

/** Gives each its column, and a row: the leaves one below the other, the others in the middle of theirs. */
function place(node, depth, rows) {
  node.depth = depth;
  if (node.children.length === 0) node.row = rows.next++;
  else {
    node.children.forEach(child => place(child, depth + 1, rows));
    node.row = (node.children[0].row + node.children.at(-1).row) / 2;
  }
  rows.deepest = Math.max(rows.deepest, depth);
}

const all = node => [node, ...node.children.flatMap(all)];

/** The picture, so wide at most: from left to right, or from top to bottom where that does not fit. */
export function drawJourney(journey, width, words) {
  const root = treeOf(journey);
  const rows = { next: 0, deepest: 0 };
  place(root, 0, rows);
  const columns = rows.deepest + 1;
  const gap = Math.min(USUAL_GAP_PX, (width - columns * BOX.width - 4) / rows.deepest);
  const nodes = all(root);
  const isWide = gap >= LEAST_GAP_PX;
  nodes.forEach((node, i) => {
    node.x = isWide ? 2 + node.depth * (BOX.width + gap) : 2 + node.depth * INDENT_PX;
    node.y = 2 + ROW_PX * (isWide ? node.row : i);
    node.width = isWide ? BOX.width : Math.min(width - node.x - 2, 300);
  });
  const drawing = s("svg", {
    class: `journey ${colorOf(journey.port.network)}`, role: "group", "aria-label": words,
    width: isWide ? columns * BOX.width + rows.deepest * gap + 4 : width - 2,
    height: ROW_PX * (isWide ? rows.next : nodes.length) - ROW_PX + BOX.height + 4,
  });
  for (const node of nodes) drawing.append(...(isWide ? node.children.map(child => edge(node, child)) : trunk(node)));
  if (isWide) nodes.filter(node => node.tunnel).forEach(node => drawing.append(tunnelWords(node, gap)));
  nodes.forEach((node, i) => drawing.append(box(node, i === 0, isWide)));
  return drawing;
}

const edgeClass = to => `edge ${to.tunnel ? "tunnel" : ""} to-${to.kind}`;
const middleOf = node => node.y + BOX.height / 2;

function edge(from, to) {
  const x0 = from.x + from.width;
  const y0 = middleOf(from);
  const y1 = middleOf(to);
  const bend = y0 === y1 ? "" : `C${x0 + 18} ${y0} ${x0 + 6} ${y1} ${x0 + 24} ${y1}`;
  return s("path", { class: edgeClass(to), d: `M${x0} ${y0}${bend}H${to.x}` });
}

/** One line down from a box, and from there one to each below it: copies that go different ways share the line, and none of them colors it. */
function trunk(from) {
  if (from.children.length === 0) return [];
  const x = from.x + INDENT_PX / 2;
  const down = `M${x} ${from.y + BOX.height}V${middleOf(from.children.at(-1))}`;
  const byClass = Map.groupBy(from.children, edgeClass);
  const paths = [...byClass].map(([name, some]) =>
    s("path", { class: name, d: (byClass.size === 1 ? down : "") + some.map(to => `M${x} ${middleOf(to)}H${to.x}`).join("") }));
  return byClass.size === 1 ? paths : [s("path", { class: "edge trunk", d: down }), ...paths];
}

function tunnelWords(node, gap) {
  const x = node.x - gap / 2 + 6;
  const y = node.y + BOX.height / 2;
  const most = Math.floor((gap - 20) / 6.4);
  return s("g", { class: "tunnel-words" },
    s("text", { x, y: y - 8 }, cut(`VNI ${node.tunnel.vni}`, most)),
    s("text", { x, y: y + 17 }, cut(node.tunnel.to.replace(/:4789$/, ""), most)));
}

function box(node, isStart, isWide) {
  const most = Math.floor((node.width - 20) / 8);
  const word = isStart ? "from port" : WORDS[node.kind];
  const by = !isWide && node.tunnel ? `, by VNI ${node.tunnel.vni} to ${node.tunnel.to}` : "";
  const attributes = { class: `stop ${node.kind}`, "aria-label": `${word} ${node.label}` };
  const content = [
    s("title", {}, `${word} ${node.label}${by}`),
    s("rect", { x: node.x, y: node.y, width: node.width, height: BOX.height, rx: node.kind === "host" ? 4 : 12 }),
    s("text", { class: "word", x: node.x + 12, y: node.y + 18 }, cut(word + by, Math.floor((node.width - 20) / 6.2))),
    s("text", { class: "name", x: node.x + 12, y: node.y + 37 }, cut(node.label, most)),
  ];
  return node.href ? s("a", { ...attributes, href: node.href }, content) : s("g", attributes, content);
}

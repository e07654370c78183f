// Who talks to whom: the busiest hosts as a square of senders and receivers, and the busiest ways as a list.

import { h, put, s, showTip, hideTip } from "./dom.js";
import { href, number } from "./facts.js";
import { fixed, List } from "./list.js";
import { bitRate, perSecond, strength } from "./meters.js";

const MOST_HOSTS = 14;
const CELL_PX = 26;
const GAP_PX = 2;
const LETTER_PX = 7;
const NAME_GAP_PX = 8;
const LEAN_PX = 30; // the last name above leans out
const MOST_LETTERS = 12;
const OTHERS = "others";

const cut = text => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text);

/** The hosts that most goes from and to, in the order of their names; the rest are the others. */
function busiest(pairs) {
  const sums = new Map();
  for (const { from, to, bitsPerSecond = 0 } of pairs) {
    for (const host of [from, to]) sums.set(host, (sums.get(host) ?? 0) + bitsPerSecond);
  }
  const names = [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST_HOSTS).map(([name]) => name);
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return sums.size > MOST_HOSTS ? [...names, OTHERS] : names;
}

function square(pairs) {
  const names = busiest(pairs);
  const place = new Map(names.map((name, i) => [name, i]));
  const of = host => place.get(host) ?? names.length - 1;
  const rates = names.map(() => names.map(() => 0));
  for (const pair of pairs) rates[of(pair.from)][of(pair.to)] += pair.bitsPerSecond ?? 0;
  const step = CELL_PX + GAP_PX;
  const namePx = NAME_GAP_PX + LETTER_PX * Math.max(...names.map(name => cut(name).length));
  const side = namePx + names.length * step;
  const at = i => namePx + i * step;
  const drawing = s("svg", { class: "square", viewBox: `0 0 ${side + LEAN_PX} ${side}`, width: side + LEAN_PX, role: "img", "aria-label": "Who sends to whom; the list has the same" });
  names.forEach((name, i) => {
    const middle = at(i) + CELL_PX / 2;
    drawing.append(s("text", { class: "from", x: namePx - 6, y: middle + 4 }, cut(name)),
      s("text", { class: "to", transform: `translate(${middle + 4} ${namePx - 6}) rotate(-60)` }, cut(name)));
  });
  rates.forEach((row, i) => row.forEach((rate, j) => {
    const isSelf = i === j && names[i] !== OTHERS;
    const cell = s("rect", { class: isSelf ? "cell self" : `cell strength-${strength(rate)}`, x: at(j), y: at(i), width: CELL_PX, height: CELL_PX, rx: 4 });
    if (!isSelf) {
      cell.addEventListener("pointermove", event => showTip(event.clientX, event.clientY, `${names[i]} → ${names[j]}`, bitRate(rate)));
      cell.addEventListener("pointerleave", hideTip);
    }
    drawing.append(cell);
  }));
  return drawing;
}

/** A section of the overview. */
export function talkSection() {
  const words = h("small", {});
  const picture = h("div", { class: "square-box" });
  const list = new List({
    name: "Who talks to whom", rows: 12, href: pair => href("host", pair.from), empty: "No host sends anything to another.",
    columns: [
      { title: "From", cell: pair => pair.from, class: "strong" },
      { title: "To", cell: pair => pair.to, class: "strong" },
      { title: "Rate", cell: pair => bitRate(pair.bitsPerSecond), class: "rate" },
      { title: "Datagrams sent", cell: pair => perSecond(pair.sentDatagramsPerSecond), class: "rate wide-rate", wide: true },
      { title: "Datagrams received", cell: pair => perSecond(pair.receivedDatagramsPerSecond), class: "rate wide-rate", wide: true },
    ],
  });
  const element = h("section", { class: "talk" }, h("h2", {}, "Who talks to whom ", words),
    h("div", { class: "beside" }, picture, h("div", { class: "grow" }, list.element)));
  return {
    element,
    show(meters) {
      const pairs = meters?.pairs ?? [];
      put(words, !meters ? "not known at the moment" : meters.pairsInAll > pairs.length ? `the busiest ${number(pairs.length)} of ${number(meters.pairsInAll)} ways` : "");
      picture.hidden = pairs.length === 0;
      hideTip();
      put(picture, pairs.length ? square(pairs) : null);
      list.show(fixed(pairs), true);
    },
  };
}

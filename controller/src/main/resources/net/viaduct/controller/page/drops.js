// What a host carries and drops: rates, reasons with what they mean, and whom it talks to.

import { h, put } from "./dom.js";
import { count, facts, href, number, time } from "./facts.js";
import { fixed, List } from "./list.js";
import { bitRate, dropLine, flowLine, frameRate, perSecond } from "./meters.js";

/** The one that drops most now first, then the one that dropped most. */
function inOrder(drops) {
  return [...drops].sort((a, b) => (b.framesPerSecond ?? 0) - (a.framesPerSecond ?? 0) || b.frames - a.frames);
}

function reason(drop) {
  return h("li", { class: drop.framesPerSecond > 0 ? "losing" : null },
    h("span", { class: "reason mono" }, drop.reason),
    h("span", { class: "count" }, h("b", {}, frameRate(drop.framesPerSecond)), h("small", {}, ` ${number(drop.frames)} in all`)),
    h("span", { class: "words" }, drop.sentence ?? "This controller does not know this reason; the host's own version tells.",
      drop.hint ? h("small", {}, ` ${drop.hint}`) : null));
}

function remoteList() {
  return new List({
    name: "Talks to", rows: 8, href: remote => (remote.host ? href("host", remote.host) : null), empty: "It has sent nothing to other hosts, and got nothing.",
    columns: [
      { title: "VTEP", cell: remote => (remote.host ? remote.host : `${remote.address} port ${remote.udpPort}`), class: "strong" },
      { title: "To it", cell: remote => bitRate(remote.sent.bitsPerSecond), class: "rate" },
      { title: "Datagrams", cell: remote => perSecond(remote.sent.datagramsPerSecond), class: "rate", wide: true },
      { title: "From it", cell: remote => bitRate(remote.received.bitsPerSecond), class: "rate" },
      { title: "Datagrams", cell: remote => perSecond(remote.received.datagramsPerSecond), class: "rate", wide: true },
      { title: "Drops", cell: remote => dropLine(remote.dropped, false), class: "rate", wide: true },
    ],
  });
}

/** Sections of a host's page, which stay as they are while numbers in them change. */
export function trafficSections() {
  const rates = h("div", {});
  const drops = h("ul", { class: "drops" });
  const sum = h("small", {});
  const remotes = remoteList();
  const element = h("div", { hidden: true },
    h("section", { class: "traffic" }, h("h2", {}, "Traffic"), rates),
    h("section", {}, h("h2", {}, "Drops by reason ", sum), drops),
    h("section", {}, h("h2", {}, "Talks to"), remotes.element));
  return {
    element,
    show(meters) {
      element.hidden = !meters?.traffic;
      if (element.hidden) return;
      const { traffic } = meters;
      put(rates, facts(
        ["From machines", flowLine(traffic.fromPorts)],
        ["To machines", flowLine(traffic.toPorts)],
        ["Into tunnels", flowLine(traffic.toRemotes)],
        ["Out of tunnels", flowLine(traffic.fromRemotes)],
        ["Counted since", time(meters.since)]));
      put(sum, traffic.dropped.frames ? count(traffic.dropped.frames, "frame") : "");
      put(drops, meters.drops.length ? inOrder(meters.drops).map(reason) : h("li", { class: "empty" }, "Nothing was dropped."));
      const byRate = [...meters.remotes].sort((a, b) => (b.sent.bitsPerSecond ?? 0) + (b.received.bitsPerSecond ?? 0) - (a.sent.bitsPerSecond ?? 0) - (a.received.bitsPerSecond ?? 0));
      remotes.show(fixed(byRate), true);
    },
  };
}

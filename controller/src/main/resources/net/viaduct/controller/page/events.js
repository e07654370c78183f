// Changes as they happen.

import { h, put } from "./dom.js";
import { clock, count, link, networkLink, number } from "./facts.js";
import { live, onEvents } from "./live.js";

const MOST_SHOWN = 200;
const KINDS = ["network", "host", "port", "station", "group"];
const VERBS = { create: "created", put: "changed", delete: "deleted", observed: "seen" };

const short = text => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

function about(event) {
  if (event.changes.length) {
    return event.changes.slice(0, 4).map(change => h("span", { class: "change" },
      h("b", {}, change.field), " ", h("del", {}, short(change.before)), " → ", h("ins", {}, short(change.after))));
  }
  const value = event.value ?? {};
  return [
    value.state ? h("span", {}, value.state) : null,
    value.network ? h("span", {}, "in ", networkLink(value.network)) : null,
    value.host ?? value.behind ? h("span", {}, "on ", link("host", value.host ?? value.behind)) : null,
    value.vni ? h("span", {}, `VNI ${value.vni}`) : null,
    value.addresses ? h("span", { class: "mono" }, value.addresses.join(", ")) : null,
  ];
}

function row(event) {
  return h("li", { class: `event ${event.type}` },
    h("span", { class: "when" }, event.at ? clock(event.at) : "before", h("small", {}, ` ${number(event.revision)}`)),
    h("span", { class: "verb" }, VERBS[event.type] ?? event.type),
    h("span", { class: "what" }, `${event.kind} `, event.kind === "network" ? networkLink(event.name) : link(event.kind, event.name)),
    h("span", { class: "about" }, about(event)));
}

/** The newest few, for the overview. */
export function eventStrip(rows) {
  const list = h("ol", { class: "events" });
  const draw = () => put(list, live.events.slice(0, rows).map(row), live.events.length ? null : h("li", { class: "empty" }, "Nothing has changed yet."));
  draw();
  return { element: list, end: onEvents(draw) };
}

/** All that are kept. */
export function eventsView(main) {
  const shown = new Set(KINDS);
  let isHeld = false;
  let missed = 0;
  const list = h("ol", { class: "events long", "aria-live": "off" });
  const sum = h("small", {});
  const draw = () => {
    const some = live.events.filter(event => shown.has(event.kind)).slice(0, MOST_SHOWN);
    put(sum, count(live.count, "change"), " since this page was opened");
    put(list, some.map(row), some.length ? null : h("li", { class: "empty" }, "Nothing has changed yet."));
  };
  const hold = h("button", { type: "button", "aria-pressed": "false", onclick: () => {
    isHeld = !isHeld;
    missed = 0;
    hold.setAttribute("aria-pressed", String(isHeld));
    put(hold, isHeld ? "Go on" : "Hold");
    if (!isHeld) draw();
  } }, "Hold");
  const choices = KINDS.map(kind => h("label", { class: "choice" },
    h("input", { type: "checkbox", checked: true, onchange: event => {
      if (event.target.checked) shown.add(kind);
      else shown.delete(kind);
      draw();
    } }), ` ${kind}s`));
  put(main, h("div", { class: "bar" }, h("h1", {}, "Events ", sum), h("div", { class: "choices" }, choices, hold)), list);
  draw();
  return onEvents(batch => {
    if (!isHeld) return draw();
    missed += batch?.length ?? 0;
    put(hold, `Go on (${count(missed, "change")} meanwhile)`);
  });
}

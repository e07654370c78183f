// The field in the header: a name, MAC, IP address or VNI, or how it begins.

import { ask } from "./api.js";
import { h, put, calmly } from "./dom.js";
import { href } from "./facts.js";

const FOUND = 12;
const BY = { vni: "VNI", mac: "MAC", ip: "IP address", underlay: "VTEP", name: "name" };

function details(item) {
  const object = item.object;
  switch (item.kind) {
    case "network": return `VNI ${object.vni}`;
    case "host": return object.addresses.join(", ");
    case "group": return "";
    default: return [object.network, object.host ?? object.behind ?? (object.direct ? "direct" : "on no host"), item.kind === "port" ? object.mac : null, ...object.ips].filter(Boolean).join(" · ");
  }
}

export function searchField() {
  let found = [];
  let foundFor = "";
  let isGoing = false; // Enter came before the answer
  let current = -1;
  let asked = null;
  const answers = h("ul", { class: "answers", id: "answers", role: "listbox", "aria-label": "Found", hidden: true });
  const input = h("input", {
    type: "search", id: "search", placeholder: "MAC, IP, name, VNI …", "aria-label": "Search: MAC, IP address, name or VNI", role: "combobox",
    "aria-expanded": "false", "aria-controls": "answers", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", enterkeyhint: "go",
  });
  const close = () => {
    answers.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const open = () => {
    answers.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const mark = next => {
    current = next;
    [...answers.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === current)));
    if (current >= 0) input.setAttribute("aria-activedescendant", `answer-${current}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const leave = () => {
    close();
    input.value = "";
    input.blur();
  };
  const draw = failure => {
    put(answers, found.map((item, i) => h("li", { role: "option", id: `answer-${i}` },
      h("a", { href: href(item.kind, item.name), tabindex: -1, onclick: leave },
        h("span", { class: "kind" }, item.kind), h("b", {}, item.kind === "station" ? item.object.mac : item.name),
        h("small", {}, details(item)), item.by === "name" ? null : h("small", { class: "by" }, `by ${BY[item.by]}`)))),
      found.length ? null : h("li", { class: "empty" }, failure ?? "Nothing is called so, or begins so."));
    open();
    mark(found.length ? 0 : -1);
  };
  const go = () => {
    const item = found[Math.max(current, 0)];
    isGoing = false;
    location.hash = href(item.kind, item.name);
    leave();
  };
  const look = async () => {
    const text = input.value.trim();
    asked?.abort();
    if (!text) return close();
    asked = new AbortController();
    try {
      found = (await ask("search", { q: text, limit: FOUND }, asked.signal)).items;
      foundFor = text;
      if (isGoing && found.length) return go();
      isGoing = false;
      if (document.activeElement === input) draw();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      found = [];
      draw(problem.message);
    }
  };
  const later = calmly(look, 120);
  input.addEventListener("input", () => {
    isGoing = false;
    current = -1;
    later();
  });
  input.addEventListener("focus", () => input.value && look());
  input.addEventListener("blur", () => setTimeout(close, 150)); // a click on an answer comes first
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (found.length) mark((current + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (foundFor === input.value.trim() && found.length) return go();
      isGoing = true;
      look();
    } else if (event.key === "Escape") {
      leave();
    }
  });
  document.addEventListener("keydown", event => {
    const isTyping = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    }
  });
  return h("search", { class: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/"), answers);
}


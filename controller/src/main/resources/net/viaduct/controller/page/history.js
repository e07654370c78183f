// What became of an object: versions that the store still has, who made them if the asker may know.

import { ask } from "./api.js";
import { h, put } from "./dom.js";
import { number, time } from "./facts.js";

const words = value => (value === undefined ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value));

function changes(version, before) {
  if (version.event === "delete") return "deleted";
  if (!before?.object) return before === null ? "created, or older than what is known" : "created";
  const fields = [...new Set([...Object.keys(before.object), ...Object.keys(version.object)])]
    .filter(field => words(before.object[field]) !== words(version.object[field]));
  return fields.map(field => h("span", { class: "change" },
    h("b", {}, field), " ", h("del", {}, words(before.object[field])), " → ", h("ins", {}, words(version.object[field]))));
}

export function historySection(kind, name, created) {
  const body = h("ol", { class: "history" }, h("li", {}, "…"));
  const element = h("section", {}, h("h2", {}, "History"), body);
  const load = async () => {
    let answer;
    try {
      answer = await ask("history", { kind, name });
    } catch (failure) {
      put(body, h("li", { class: "failure" }, failure.message));
      return;
    }
    const items = answer.items;
    put(body, items.map((version, i) => {
      const before = items[i + 1] ?? (version.revision === created || version.event === "delete" ? undefined : null);
      return h("li", {},
        h("span", { class: "when" }, version.at ? time(version.at) : "", h("small", {}, ` revision ${number(version.revision)}`)),
        h("span", { class: "what" }, changes(version, before)),
        version.who ? h("span", { class: "who" }, `${version.who} (${version.role}, ${version.via})`) : null);
    }), items.length ? null : h("li", {}, `Nothing since revision ${number(answer.oldestRevision)}, the oldest that is known.`));
  };
  load();
  return { element, load };
}

// A table of any length: only the rows that can be seen are in the document.

import { ask } from "./api.js";
import { h, put, calmly } from "./dom.js";
import { number } from "./facts.js";

const ROW_PX = 36;
const HEAD_PX = 30;
const SPARE_ROWS = 8;
const FIRST_PAGE = 200;
const NEXT_PAGE = 2000;
const MOST_PX = 8_000_000; // browsers lay out no more than some ten millions
let lists = 0;

/** Rows that are all there. */
export function fixed(items) {
  return { items, total: items.length, isWhole: true, more: async () => {} };
}

/** Rows of a list of the API, read page by page at one revision as they are needed. */
export class Paged {
  constructor(path, parameters, total) {
    this.path = path;
    this.parameters = parameters;
    this.total = total;
    this.items = [];
    this.cursor = "";
    this.isWhole = false;
    this.asking = null;
  }

  /** Reads until a row is there, or all are. */
  async more(until) {
    while (!this.isWhole && this.items.length <= until) {
      this.asking ??= this.read().finally(() => (this.asking = null));
      await this.asking;
    }
  }

  async read() {
    const limit = this.items.length ? NEXT_PAGE : FIRST_PAGE;
    const page = await ask(this.path, { ...this.parameters, limit, cursor: this.cursor });
    for (const item of page.items) this.items.push(item);
    this.cursor = page.cursor ?? "";
    this.isWhole = !this.cursor;
    this.total = this.isWhole ? this.items.length : Math.max(this.total, this.items.length + 1);
  }
}

/**
 * The table. Columns are { title, cell(item), wide }: wide ones are left out where there is no room. By keyboard it is one
 * stop: arrows, Page Up and Down, Home and End go through the rows, Enter opens one.
 */
export class List {
  constructor({ name, columns, href, rows = 12, onCurrent = () => {}, empty = "There is none." }) {
    this.columns = columns;
    this.hrefOf = href;
    this.onCurrent = onCurrent;
    this.emptyWords = empty;
    this.rows = rows;
    this.current = -1;
    this.source = fixed([]);
    this.id = `list-${lists++}`;
    this.space = h("div", { class: "space", role: "presentation" });
    this.head = h("div", { class: "row head", "aria-hidden": "true" },
      columns.map(column => h("span", { class: this.cellClass(column) }, column.title)));
    this.scroller = h("div", {
      class: "scroller", tabindex: 0, role: "listbox", "aria-label": name,
      onscroll: () => this.draw(), onkeydown: event => this.key(event),
      onpointerover: event => this.point(event), onpointerleave: () => this.onCurrent(null),
      onblur: () => this.onCurrent(null),
    }, this.head, this.space);
    this.element = h("div", { class: "list" }, this.scroller);
    this.redraw = calmly(() => this.draw(), 16);
    new ResizeObserver(() => this.draw()).observe(this.scroller);
  }

  /** How high the rows are that can be seen at once. */
  seen() {
    return this.scroller.clientHeight - HEAD_PX;
  }

  cellClass(column) {
    return ["cell", column.wide ? "wide" : "", column.class ?? ""].join(" ").trim();
  }

  /** Shows other rows; keeps the place if asked to. */
  show(source, keepsPlace = false) {
    this.source = source;
    if (!keepsPlace) {
      this.current = -1;
      this.scroller.scrollTop = 0;
    }
    this.draw();
    return this.need(0);
  }

  async need(row) {
    const source = this.source;
    try {
      await source.more(row);
    } catch (failure) {
      if (source === this.source) put(this.space, h("p", { class: "failure", role: "alert" }, failure.message));
      return;
    }
    if (source === this.source) this.draw();
  }

  draw() {
    const { items, total } = this.source;
    const view = Math.min(total, this.rows) * ROW_PX;
    this.scroller.style.height = `${HEAD_PX + Math.max(view, ROW_PX)}px`;
    if (total === 0) {
      this.space.style.height = `${ROW_PX}px`;
      put(this.space, this.source.isWhole ? h("p", { class: "empty" }, this.emptyWords) : null);
      return;
    }
    const all = total * ROW_PX;
    const height = Math.min(all, MOST_PX);
    this.space.style.height = `${height}px`;
    const seen = this.seen() || view;
    const top = this.scroller.scrollTop;
    const scale = height > seen ? (all - seen) / (height - seen) : 1;
    this.offset = top - top * scale; // from the place in all rows to the place in the space
    const first = Math.max(0, Math.floor((top * scale) / ROW_PX) - SPARE_ROWS);
    const end = Math.min(total, Math.ceil((top * scale + seen) / ROW_PX) + SPARE_ROWS);
    const rows = [];
    for (let i = first; i < end; i++) rows.push(this.row(i, items[i]));
    put(this.space, rows);
    this.first = first;
    if (end > items.length && !this.source.isWhole) this.need(end - 1);
    if (this.current >= first && this.current < end) this.scroller.setAttribute("aria-activedescendant", `${this.id}-${this.current}`);
    else this.scroller.removeAttribute("aria-activedescendant");
  }

  row(i, item) {
    const row = h(item ? "a" : "div", {
      class: i === this.current ? "row current" : "row", id: `${this.id}-${i}`, role: "option", tabindex: -1,
      "aria-selected": i === this.current ? "true" : "false", "aria-setsize": this.source.total, "aria-posinset": i + 1,
      href: item ? this.hrefOf(item) : null, "data-row": i,
    }, item ? this.columns.map(column => h("span", { class: this.cellClass(column) }, column.cell(item))) : h("span", { class: "cell waiting" }, "…"));
    row.style.transform = `translateY(${Math.round(i * ROW_PX + this.offset)}px)`;
    return row;
  }

  point(event) {
    const row = event.target.closest("[data-row]");
    if (row) this.onCurrent(this.source.items[Number(row.dataset.row)] ?? null);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.seen() / ROW_PX) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.go(Math.min(Math.max(this.current + steps[event.key], 0), this.source.total - 1));
    } else if (event.key === "Enter" && this.source.items[this.current]) {
      location.hash = this.hrefOf(this.source.items[this.current]);
    }
  }

  go(row) {
    if (row < 0) return;
    this.current = row;
    const height = this.space.offsetHeight;
    const seen = this.seen();
    const all = this.source.total * ROW_PX;
    const scale = height > seen ? (all - seen) / (height - seen) : 1;
    const top = this.scroller.scrollTop * scale;
    if (row * ROW_PX < top) this.scroller.scrollTop = (row * ROW_PX) / scale;
    else if ((row + 1) * ROW_PX > top + seen) this.scroller.scrollTop = ((row + 1) * ROW_PX - seen) / scale;
    this.draw();
    this.onCurrent(this.source.items[row] ?? null);
  }

  /** Takes a newer version of rows that are there. */
  update(matches, change) {
    const items = this.source.items;
    const at = items.findIndex(matches);
    if (at >= 0) {
      items[at] = change(items[at]);
      this.redraw();
    }
    return at >= 0;
  }
}

/** A field that narrows a list, and tells how many rows there are. */
export function filterField(label, onInput) {
  const input = h("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "false" });
  const later = calmly(() => onInput(input.value.trim()), 150);
  input.addEventListener("input", later);
  return input;
}

export function countWords(total, one, many) {
  return `${number(total)} ${total === 1 ? one : many}`;
}

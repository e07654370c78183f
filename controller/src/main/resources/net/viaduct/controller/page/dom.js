// Makes elements. Text stays text: nothing here is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element: h("a", { href: "#/", onclick: f }, "text", child). */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** The left half of a disc: what is in part as it should be. */
export function halfDisc(x, y, radius) {
  return s("path", { class: "half", d: `M${x} ${y - radius}A${radius} ${radius} 0 0 0 ${x} ${y + radius}Z` });
}

/** Puts children in the place of those that an element has. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const tip = () => document.getElementById("tip");

/** Shows some lines beside a point of the window. */
export function showTip(x, y, ...lines) {
  const box = put(tip(), lines.map(line => h("div", {}, line)));
  box.hidden = false;
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
  box.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
}

export function hideTip() {
  tip().hidden = true;
}

/** Calls at most once in so many milliseconds, and once after the last call. */
export function calmly(action, ms) {
  let timer = 0;
  let last = 0;
  const run = () => {
    timer = 0;
    last = performance.now();
    action();
  };
  const ask = () => {
    if (!timer) timer = setTimeout(run, Math.max(0, last + ms - performance.now()));
  };
  ask.stop = () => clearTimeout(timer);
  return ask;
}

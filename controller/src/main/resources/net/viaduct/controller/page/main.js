// Puts the page together: header, which view is shown, who looks at it.

import { hasToken, setToken } from "./api.js";
import { h, hideTip, put } from "./dom.js";
import { eventsView } from "./events.js";
import { failure } from "./facts.js";
import { hostView } from "./host.js";
import { hostsView } from "./hosts.js";
import { live, onState, start } from "./live.js";
import { networkView } from "./network.js";
import { networksView } from "./networks.js";
import { objectView } from "./object.js";
import { overviewView } from "./overview.js";
import { searchField } from "./search.js";
import { signIn } from "./signin.js";
import { load } from "./topology.js";
import { traceView } from "./trace.js";

const THEMES = { "": "as the system", light: "light", dark: "dark" };
const THEME = "viaduct-theme";
const PLACES = [["#/", "Overview"], ["#/networks", "Networks"], ["#/hosts", "Hosts"], ["#/trace", "Trace"], ["#/events", "Events"]];
const STATES = { connecting: "connecting …", live: "live", away: "no connection" };

const main = document.getElementById("main");
let endView = () => {};
let turn = 0;

function showTheme() {
  const theme = localStorage.getItem(THEME) ?? "";
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  return theme;
}

function themeButton() {
  const button = h("button", { type: "button", class: "plain", onclick: () => {
    const themes = Object.keys(THEMES);
    localStorage.setItem(THEME, themes[(themes.indexOf(localStorage.getItem(THEME) ?? "") + 1) % themes.length]);
    draw();
  } });
  const draw = () => {
    const words = `Colors: ${THEMES[showTheme()]}`;
    button.title = words;
    put(button, h("span", { "aria-hidden": "true" }, "◐"), h("span", { class: "hidden" }, words));
  };
  draw();
  return button;
}

function connection() {
  const box = h("span", { class: "connection", role: "status" });
  const draw = () => {
    box.dataset.state = live.state;
    box.title = live.detail;
    put(box, h("i", { class: "mark" }), STATES[live.state]);
  };
  onState(draw);
  draw();
  return box;
}

function header(who) {
  put(document.getElementById("header"),
    h("a", { class: "brand", href: "#/" }, h("img", { src: "/page/icon.svg", alt: "", width: 26, height: 26 }), "Viaduct"),
    h("nav", { "aria-label": "Page" }, PLACES.map(([href, words]) => h("a", { href }, words))),
    searchField(),
    h("div", { class: "who" }, connection(), h("span", { class: "name", title: `role ${who.role}` }, `${who.name} · ${who.role}`),
      hasToken() ? h("button", { type: "button", class: "plain", onclick: signOut }, "Sign out") : null, themeButton()));
}

function signOut() {
  setToken(null);
  location.reload();
}

/** The view of #/kinds/name; names of stations have a slash in them. */
function viewOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [place, ...rest] = path.split("/");
  let name;
  try {
    name = rest.map(decodeURIComponent).join("/");
  } catch {
    name = "";
  }
  const parameters = new URLSearchParams(query);
  switch (place) {
    case "": return ["Overview", box => overviewView(box)];
    case "networks": return name ? [name, box => networkView(box, name)] : ["Networks", box => networksView(box)];
    case "hosts": return name ? [name, box => hostView(box, name)] : ["Hosts", box => hostsView(box, parameters)];
    case "trace": return ["Trace", box => traceView(box, parameters)];
    case "events": return ["Events", box => eventsView(box)];
    case "ports": case "stations": case "groups":
      if (name) return [name, box => objectView(box, place.slice(0, -1), name)];
  }
  return ["Nothing", box => {
    put(box, h("p", { class: "failure" }, "There is no such page. ", h("a", { href: "#/" }, "Overview")));
    return () => {};
  }];
}

async function show() {
  const mine = ++turn;
  endView();
  endView = () => {};
  hideTip();
  const [title, view] = viewOf(location.hash);
  document.title = `${title} – Viaduct`;
  const here = `#/${location.hash.replace(/^#\/?/, "").split(/[/?]/)[0]}`;
  for (const a of document.querySelectorAll("nav a")) {
    if (a.getAttribute("href") === here) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  const box = h("div", { class: "view" }); // of its own: a view that is late disturbs no other
  put(main, box);
  scrollTo(0, 0);
  try {
    const end = await view(box);
    if (mine === turn) endView = end;
    else end();
  } catch (problem) {
    put(box, failure(problem));
    if (problem.status === undefined) throw problem;
  }
}

async function run() {
  showTheme();
  const who = await signIn(main);
  header(who);
  addEventListener("hashchange", () => {
    show();
    main.focus({ preventScroll: true });
  });
  start(new AbortController().signal, () => location.reload());
  await load().catch(() => {}); // the view says so itself
  await show();
}

run();

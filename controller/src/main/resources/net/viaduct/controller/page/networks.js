// All networks.

import { h, put } from "./dom.js";
import { failure, floodWords, href, networkMark, number } from "./facts.js";
import { filterField, fixed, List } from "./list.js";
import { onTopology } from "./topology.js";

export function networksView(main) {
  let networks = [];
  let part = "";
  const list = new List({
    name: "Networks", rows: 18, href: network => href("network", network.name), empty: "No network is like that.",
    columns: [
      { title: "Network", cell: network => networkMark(network.name), class: "strong" },
      { title: "VNI", cell: network => String(network.vni), class: "mono number" },
      { title: "Flood", cell: floodWords, wide: true },
      { title: "Hosts", cell: network => number(network.hosts), class: "number" },
      { title: "Ports", cell: network => number(network.ports), class: "number" },
      { title: "Stations", cell: network => number(network.stations), class: "number", wide: true },
    ],
  });
  const sum = h("small", {});
  const draw = keepsPlace => {
    const some = networks.filter(network => network.name.includes(part) || String(network.vni).startsWith(part));
    put(sum, some.length === networks.length ? number(networks.length) : `${number(some.length)} of ${number(networks.length)}`);
    list.show(fixed(some), keepsPlace);
  };
  const filter = filterField("Part of a name, or a VNI", text => {
    part = text;
    draw(false);
  });
  put(main, h("div", { class: "bar" }, h("h1", {}, "Networks ", sum), filter), list.element);
  return onTopology(topology => {
    networks = topology.networks;
    draw(true);
  }, problem => put(main, failure(problem)));
}

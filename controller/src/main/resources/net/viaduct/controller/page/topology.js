// Hosts, networks and who has how much where; kept up to date while somebody looks.

import { ask } from "./api.js";
import { calmly } from "./dom.js";
import { noteNetworks } from "./facts.js";
import { onEvents } from "./live.js";

const REFRESH_MS = 2000;

/** A topology document with its rows of numbers made into lists of members. */
export class Topology {
  constructor(document) {
    this.revision = document.revision;
    this.hosts = document.hosts;
    this.networks = document.networks;
    this.ports = document.ports;
    this.stations = document.stations;
    this.portsWithoutHost = document.portsWithoutHost;
    this.stationsWithoutHost = document.stationsWithoutHost;
    noteNetworks(this.networks);
    this.hasMembers = document.members !== undefined;
    this.byHost = new Map(this.hosts.map(host => [host.name, []]));
    this.byNetwork = new Map(this.networks.map(network => [network.name, []]));
    for (const [host, network, ports, stations] of document.members ?? []) {
      const member = { host: this.hosts[host], network: this.networks[network], ports, stations };
      this.byHost.get(member.host.name).push(member);
      this.byNetwork.get(member.network.name).push(member);
    }
  }
}

let current = null;
let asking = null;

/** Reads it. */
export async function load() {
  asking ??= ask("topology").finally(() => (asking = null));
  current = new Topology(await asking);
  return current;
}

/** Who is in a network: { host, network, ports, stations } each. */
export async function membersOf(network) {
  if (current?.hasMembers && current.byNetwork.has(network)) return current.byNetwork.get(network);
  return (await topologyOf(network)).byNetwork.get(network) ?? [];
}

/** One network and its members, as they are now. */
export async function topologyOf(network) {
  return new Topology(await ask("topology", { network }));
}

/** Which networks a host is in. */
export async function networksOf(host) {
  return new Topology(await ask("topology", { host })).byHost.get(host) ?? [];
}

/** Calls with the topology now and when it has changed; gives what ends that. */
export function onTopology(show, fail) {
  let over = false;
  const tell = topology => over || show(topology);
  const refresh = () => load().then(tell, failure => over || fail(failure));
  const again = calmly(refresh, REFRESH_MS);
  const end = onEvents(batch => {
    if (batch && current) {
      for (const event of batch) {
        if (event.type === "observed" && event.kind === "host") {
          const host = current.hosts.find(it => it.name === event.name);
          if (host) host.observed = event.value;
        }
      }
      if (batch.some(event => event.at && event.type === "observed")) tell(current);
    }
    if (!batch || batch.some(event => event.at && event.type !== "observed")) again();
  });
  if (current) tell(current);
  refresh();
  return () => {
    over = true;
    again.stop();
    end();
  };
}

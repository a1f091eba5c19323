import { isNamedHost, isNamedWithPort, portOf } from "@promptcall/core/contracts/receiver";
import { isGlobalAddress, numberedHost } from "./global-address.ts";

/** Which addresses results may be sent to. */
export interface AddressPolicy {
  /** Whether loopback, private and link-local addresses may be called, at any port. Only ever true on one machine. */
  readonly privateNetworks: boolean;
  /** The ports that may be called; any where they are not judged yet. */
  readonly ports: readonly number[] | "any";
  /** What an application has named, if it has: names alone, or with a port that may be called there besides. */
  readonly hosts?: readonly string[] | undefined;
}

export type AddressFault = "scheme" | "host" | "port" | "address";

/** What keeps results from being sent there, as far as it is known before a name is looked up. */
export function faultOf(url: URL, policy: AddressPolicy): AddressFault | undefined {
  if (!["http:", "https:"].includes(url.protocol)) return "scheme";
  const { hosts = [], ports, privateNetworks } = policy;
  if (policy.hosts !== undefined && !isNamedHost(url, hosts)) return "host";
  if (privateNetworks) return undefined;
  const port = portOf(url);
  const isOpen = ports === "any" || (port !== undefined && ports.includes(port));
  if (!isOpen && !isNamedWithPort(url, hosts)) return "port";
  const address = numberedHost(url);
  const isAllowed = address === undefined ? isName(url.hostname) : isGlobalAddress(address);
  return isAllowed ? undefined : "address";
}

/** Of loopback is none: it is never to be looked up (RFC 6761, 6.3). A label too few makes no name either. */
function isName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, "").split(".");
  return !labels.includes("") && labels.at(-1) !== "localhost";
}

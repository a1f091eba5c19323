import { isGlobalAddress, numberedHost } from "./global-address.ts";

/** Which addresses results may be sent to. */
export interface AddressPolicy {
  /** Whether loopback, private and link-local addresses may be called, at any port. Only ever true on one machine. */
  readonly privateNetworks: boolean;
  /** The ports that may be called. */
  readonly ports: readonly number[];
  /** What an application has named, if it has: names alone, or with a port that may be called there besides. */
  readonly hosts?: readonly string[] | undefined;
}

export type AddressFault = "scheme" | "host" | "port" | "address";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** What keeps results from being sent there, as far as it is known before a name is looked up. */
export function faultOf(url: URL, policy: AddressPolicy): AddressFault | undefined {
  const usual = DEFAULT_PORTS[url.protocol];
  if (usual === undefined) return "scheme";
  const { hostname } = url;
  const port = url.port === "" ? usual : Number(url.port);
  const { hosts, ports, privateNetworks } = policy;
  const isNamedWithPort = hosts?.includes(`${hostname}:${port}`) ?? false;
  if (hosts !== undefined && !hosts.includes(hostname) && !isNamedWithPort) return "host";
  if (privateNetworks) return undefined;
  if (!ports.includes(port) && !isNamedWithPort) return "port";
  const address = numberedHost(url);
  const isAllowed = address === undefined ? isName(hostname) : isGlobalAddress(address);
  return isAllowed ? undefined : "address";
}

/** Of loopback is none: it is never to be looked up (RFC 6761, 6.3). A label too few makes no name either. */
function isName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, "").split(".");
  return !labels.includes("") && labels.at(-1) !== "localhost";
}

import { isIP } from "node:net";
import ipaddr, { type IPv6 } from "ipaddr.js";

/**
 * What IANA has handed out of IPv6 so far; the rest of it leads nowhere on the internet, so whatever answers there is
 * somebody's own network. `range()` calls all of it unicast that has no special purpose.
 * https://www.iana.org/assignments/ipv6-unicast-address-assignments
 */
const HANDED_OUT = [
  ...["2001:200::/23", "2001:400::/23", "2001:600::/23", "2001:800::/22", "2001:c00::/23", "2001:e00::/23"],
  ...["2001:1200::/23", "2001:1400::/22", "2001:1800::/23", "2001:1a00::/23", "2001:1c00::/22", "2001:2000::/19"],
  ...["2001:4000::/23", "2001:4200::/23", "2001:4400::/23", "2001:4600::/23", "2001:4800::/23", "2001:4a00::/23"],
  ...["2001:4c00::/23", "2001:5000::/20", "2001:8000::/19", "2001:a000::/20", "2001:b000::/20", "2003::/18"],
  ...["2400::/12", "2410::/12", "2600::/12", "2610::/23", "2620::/23", "2630::/12", "2800::/12", "2a00::/12"],
  ...["2a10::/12", "2c00::/12"],
];

let blocks: readonly [IPv6, number][] | undefined;

/** Made for the first address of IPv6: a start has no time for them. */
const handedOut = () => (blocks ??= HANDED_OUT.map((block) => ipaddr.IPv6.parseCIDR(block)));

/**
 * Looks like any other, and is the host's own in Azure: it answers with what the machine is to know.
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const AZURE_PLATFORM = "168.63.129.16";

/** Whether an address, as `dns.lookup` or a URL has it, is one of the internet at large. */
export function isGlobalAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // A zone is of a link, and so is the address.
  if (address.includes("%")) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  if (parsed instanceof ipaddr.IPv6) return handedOut().some((block) => parsed.match(block)) && !isTunnelOfSite(parsed);
  return parsed.toString() !== AZURE_PLATFORM;
}

/** ISATAP: the last half of the address is a fixed pattern before an address of IPv4 (RFC 5214, 6.1). */
function isTunnelOfSite({ parts }: { readonly parts: readonly number[] }): boolean {
  return (parts[4] === 0x0000 || parts[4] === 0x0200) && parts[5] === 0x5efe;
}

/** The address that a URL names by number, without brackets; undefined where it is a name. */
export function numberedHost({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? undefined : bare;
}

import dns, { type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { AddressNotAllowedError } from "../errors.ts";
import { isGlobalAddress } from "./global-address.ts";

/** Looks a name up, with all of its addresses. */
export type LookupAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Hands over the addresses of a name to the socket that connects to one of them, so what was looked at is what is
 * connected to: the name is not looked up again. A name with one address that is not allowed has none.
 */
export function guardedLookup(lookUp: LookupAll = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error ?? new Error("the name has no address"), []);
      if (!addresses.every(({ address }) => isGlobalAddress(address)))
        return callback(new AddressNotAllowedError(), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

import type { Guard } from "../contracts/settings/guard.ts";
import { microsOf } from "./money.ts";
import { longestPrefix } from "./prefixes.ts";

/**
 * What a minute costs by prefix, in EUR: for an estimate before a call, and to keep a request within its price. The
 * carrier tells its prices to its customers alone (https://developer.vonage.com/en/api/pricing.v2). These are from the
 * public, undated list of another one, the dearest networks of each country and rounded up, as read on 2026-11-30
 * (https://github.com/interconn-isp/interconn.it/blob/5eb914ec2b8ede77d583538e406c7cdd5ed837df/db/call_rates.sql).
 * A deployment puts its own in `guard.rates`.
 */
const LISTED: Readonly<Record<string, string>> = {
  "1": "0.0125",
  "1242": "0.245",
  "1246": "0.299",
  "1264": "0.297",
  "1268": "0.35",
  "1284": "0.316",
  "1340": "0.03",
  "1345": "0.237",
  "1441": "0.059",
  "1473": "0.327",
  "1649": "0.331",
  "1664": "0.247",
  "1670": "0.111",
  "1671": "0.036",
  "1684": "0.072",
  "1721": "0.176",
  "1758": "0.316",
  "1767": "0.327",
  "1784": "0.467",
  "1809": "0.164",
  "1829": "0.164",
  "1849": "0.164",
  "1868": "0.297",
  "1869": "0.339",
  "1876": "0.348",
  "20": "0.174",
  "212": "0.49",
  "216": "0.665",
  "27": "0.117",
  "30": "0.03",
  "31": "0.074",
  "32": "0.443",
  "33": "0.036",
  "34": "0.032",
  "351": "0.036",
  "352": "0.214",
  "353": "0.14",
  "354": "0.168",
  "356": "0.13",
  "357": "0.053",
  "358": "0.173",
  "359": "0.504",
  "36": "0.063",
  "370": "0.034",
  "371": "0.814",
  "372": "0.437",
  "380": "0.27",
  "381": "0.49",
  "385": "0.153",
  "386": "0.335",
  "39": "0.078",
  "40": "0.149",
  "41": "0.321",
  "420": "0.032",
  "421": "0.184",
  "43": "0.051",
  "44": "0.0104",
  "447": "0.235",
  "45": "0.25",
  "46": "0.108",
  "47": "0.252",
  "48": "0.358",
  "49": "0.046",
  "52": "0.065",
  "54": "0.126",
  "55": "0.088",
  "56": "0.04",
  "57": "0.107",
  "60": "0.034",
  "61": "0.101",
  "62": "0.061",
  "63": "0.224",
  "64": "0.069",
  "65": "0.015",
  "66": "0.017",
  "7": "0.095",
  "77": "0.27",
  "81": "0.111",
  "82": "0.032",
  "84": "0.113",
  "852": "0.026",
  "86": "0.022",
  "886": "0.128",
  "90": "0.178",
  "91": "0.034",
  "92": "0.145",
  "94": "0.192",
  "966": "0.172",
  "971": "0.224",
  "972": "0.032",
};

/** Where neither the operator nor the list knows a price: more than any country on it takes. */
const ELSEWHERE = "2.00";

/** The carrier charges by the second (https://help.nexmo.com/hc/en-us/articles/204015203). */
export function priceMicrosOf(
  { digits, seconds }: { digits: string; seconds: number },
  { rates = {} }: Pick<Guard, "rates">,
): number {
  const own = longestPrefix(digits, (prefix) => Object.hasOwn(rates, prefix));
  const listed = longestPrefix(digits, (prefix) => Object.hasOwn(LISTED, prefix));
  const rate = own !== undefined ? rates[own] : listed !== undefined ? LISTED[listed] : undefined;
  return Math.ceil((microsOf(rate ?? ELSEWHERE) * seconds) / 60);
}

/**
 * Where a call goes, as calls are priced: the name under which its completion is counted. Where no price tells, it is
 * the code of the country.
 */
export function destinationOf(
  { digits, callingCode }: { digits: string; callingCode: string | undefined },
  { rates = {} }: Pick<Guard, "rates">,
): string {
  const known = longestPrefix(digits, (prefix) => Object.hasOwn(rates, prefix) || Object.hasOwn(LISTED, prefix));
  return known ?? callingCode ?? digits.slice(0, 3);
}

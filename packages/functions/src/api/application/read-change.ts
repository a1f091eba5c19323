import { HOST_PATTERN } from "@promptcall/core/contracts/receiver";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { MOST_PUBLIC_KEYS, readPublicKey } from "@promptcall/core/security/public-key";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { type Fields, givenOf } from "../acceptance/parameters.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";

/** What an application sets of itself. */
export type ApplicationChange = Pick<ApplicationRecord, "publicKeys" | "callbackHosts" | "doNotCall">;

const OWN = new Set(["public_keys", "callback_hosts", "do_not_call"]);
const OF_THE_OPERATOR = ["calls_per_second", "account", "guard"];
const MOST_HOSTS = 50;
/** They are read with every call that is asked for. */
export const MOST_NUMBERS = 1_000;
const NUMBER = "an E.164 number of 7 to 15 digits";
/** A list of nothing but mistakes is answered with some of them. */
const MOST_TOLD = 20;

/** Reads what is to be set; what is not named stays as it is. */
export async function readChange(fields: Fields): Promise<ApplicationChange | { problem: Problem }> {
  const named = OF_THE_OPERATOR.filter((name) => name in fields);
  if (named.length > 0) return { problem: operatorsOnly(named) };
  const { given, errors: unknown } = givenOf(fields, { names: OWN, elsewhere: new Map() });
  const publicKeys = keysOf(given.public_keys);
  const callbackHosts = hostsOf(given.callback_hosts);
  const doNotCall = await numbersOf(given.do_not_call);
  const errors = [publicKeys, callbackHosts, doNotCall].flatMap((read) => ("errors" in read ? read.errors : []));
  if (unknown.length > 0 || "errors" in publicKeys || "errors" in callbackHosts || "errors" in doNotCall)
    return { problem: invalidRequest([...unknown, ...errors]) };
  return {
    ...(publicKeys.read && { publicKeys: publicKeys.read }),
    ...(callbackHosts.read && { callbackHosts: callbackHosts.read }),
    ...(doNotCall.read && { doNotCall: doNotCall.read }),
  };
}

type Read<Name extends keyof ApplicationChange> =
  | { readonly read: ApplicationChange[Name] }
  | { readonly errors: readonly FieldError[] };

const wrong = (field: string, expected: string) => ({ errors: [{ field, ...mustBe(expected) }] });

function keysOf(given: unknown): Read<"publicKeys"> {
  if (given === undefined) return { read: undefined };
  const expected = `a list of up to ${MOST_PUBLIC_KEYS} RSA public keys of 2048 to 4096 bits, in PEM`;
  if (!Array.isArray(given) || given.length > MOST_PUBLIC_KEYS) return wrong("public_keys", expected);
  const keys = given.map((pem: unknown) => (typeof pem === "string" ? readPublicKey(pem) : undefined));
  const read = keys.filter((key) => key !== undefined);
  if (read.length < keys.length) return wrong("public_keys", expected);
  return { read: [...new Map(read.map((key) => [key.pem, { ...key, own: true as const }])).values()] };
}

function hostsOf(given: unknown): Read<"callbackHosts"> {
  if (given === undefined) return { read: undefined };
  const expected = `a list of up to ${MOST_HOSTS} names of hosts, alone or with a port`;
  if (!Array.isArray(given) || given.length > MOST_HOSTS) return wrong("callback_hosts", expected);
  const hosts = given.map((host: unknown) => (typeof host === "string" ? host.trim().toLowerCase() : ""));
  return hosts.every((host) => HOST_PATTERN.test(host))
    ? { read: [...new Set(hosts)] }
    : wrong("callback_hosts", expected);
}

async function numbersOf(given: unknown): Promise<Read<"doNotCall">> {
  if (given === undefined) return { read: undefined };
  if (!Array.isArray(given) || given.length > MOST_NUMBERS)
    return wrong("do_not_call", `a list of up to ${MOST_NUMBERS} numbers`);
  // What is known of all numbers of the world is loaded where it is needed.
  const { readNumber } = await import("../acceptance/read-number.ts");
  const errors = given.flatMap((written: unknown, place): FieldError[] => {
    const field = `do_not_call[${place}]`;
    if (typeof written !== "string") return [{ field, ...mustBe(NUMBER) }];
    const read = readNumber({ written, expected: NUMBER });
    return "countryCode" in read ? [] : [{ field, ...read }];
  });
  if (errors.length > 0) return { errors: errors.slice(0, MOST_TOLD) };
  return { read: [...new Set(given.map((written: string) => written.replaceAll(/\D/g, "")))] };
}

function operatorsOnly(names: readonly string[]): Problem {
  const detail = `Only the operator sets ${names.join(", ")}. Nothing was changed.`;
  return { status: 403, code: "operators_only", detail };
}

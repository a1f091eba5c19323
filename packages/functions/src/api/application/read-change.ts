import { HOST_PATTERN } from "@promptcall/core/contracts/receiver";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { MOST_PUBLIC_KEYS, readPublicKey } from "@promptcall/core/security/public-key";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { type Fields, givenOf } from "../acceptance/parameters.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";

/** What an application sets of itself. */
export type ApplicationChange = Pick<ApplicationRecord, "publicKeys" | "callbackHosts">;

const OWN = new Set(["public_keys", "callback_hosts"]);
const OF_THE_OPERATOR = ["calls_per_second", "account", "guard"];
const MOST_HOSTS = 50;

/** Reads what is to be set; what is not named stays as it is. */
export function readChange(fields: Fields): ApplicationChange | { problem: Problem } {
  const named = OF_THE_OPERATOR.filter((name) => name in fields);
  if (named.length > 0) return { problem: operatorsOnly(named) };
  const { given, errors: unknown } = givenOf(fields, { names: OWN, elsewhere: new Map() });
  const errors: FieldError[] = [...unknown];
  const publicKeys = keysOf(given.public_keys);
  if (publicKeys === "wrong")
    errors.push({
      field: "public_keys",
      ...mustBe(`a list of up to ${MOST_PUBLIC_KEYS} RSA public keys of 2048 to 4096 bits, in PEM`),
    });
  const callbackHosts = hostsOf(given.callback_hosts);
  if (callbackHosts === "wrong")
    errors.push({
      field: "callback_hosts",
      ...mustBe(`a list of up to ${MOST_HOSTS} names of hosts, alone or with a port`),
    });
  if (publicKeys === "wrong" || callbackHosts === "wrong" || errors.length > 0)
    return { problem: invalidRequest(errors) };
  return { ...(publicKeys && { publicKeys }), ...(callbackHosts && { callbackHosts }) };
}

function keysOf(given: unknown): ApplicationChange["publicKeys"] | "wrong" {
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || given.length > MOST_PUBLIC_KEYS) return "wrong";
  const keys = given.map((pem: unknown) => (typeof pem === "string" ? readPublicKey(pem) : undefined));
  const read = keys.filter((key) => key !== undefined);
  if (read.length < keys.length) return "wrong";
  return [...new Map(read.map((key) => [key.pem, key])).values()];
}

function hostsOf(given: unknown): ApplicationChange["callbackHosts"] | "wrong" {
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || given.length > MOST_HOSTS) return "wrong";
  const hosts = given.map((host: unknown) => (typeof host === "string" ? host.trim().toLowerCase() : ""));
  return hosts.every((host) => HOST_PATTERN.test(host)) ? [...new Set(hosts)] : "wrong";
}

function operatorsOnly(names: readonly string[]): Problem {
  const detail = `Only the operator sets ${names.join(", ")}. Nothing was changed.`;
  return { status: 403, code: "operators_only", detail };
}

import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ownerOf } from "@promptcall/core/contracts/ids";
import { type PublicKey, publicHalf } from "@promptcall/core/security/public-key";
import { setPace as agree } from "@promptcall/functions/dialing/set-pace";
import { applicationStore } from "@promptcall/functions/dynamodb/applications";
import { loopStore } from "@promptcall/functions/dynamodb/loops";
import { documents } from "@promptcall/functions/dynamodb/table";
import { SignJWT } from "jose";
import { PIN } from "./carrier.ts";

export interface Customer {
  readonly applicationId: string;
  readonly jwt: string;
}

/** As long as a call may wait to be dialed, and as a credential may live. */
const DAY_SECONDS = 24 * 3600;

let key: KeyObject | undefined;

const privateKey = () => (key ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);

/** An application with a credential for a day. All share a key. */
export async function newCustomer(applicationId: string = randomUUID(), nowMs = Date.now()): Promise<Customer> {
  const now = Math.floor(nowMs / 1000);
  const jwt = await new SignJWT({ application_id: applicationId })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + DAY_SECONDS)
    .sign(privateKey());
  return { applicationId, jwt };
}

export const newCustomers = (count: number): Promise<readonly Customer[]> =>
  Promise.all(Array.from({ length: count }, () => newCustomer()));

/** Registers the public key of each, as a customer does once: nobody has to be asked whose its credentials are. */
export async function registerKeys(table: Table, customers: readonly Customer[]): Promise<void> {
  const applications = applicationStore(tableOf(table));
  const next = { publicKeys: [publicKey()] };
  await Promise.all(customers.map(({ applicationId }) => applications.write(applicationId, { seen: {}, next })));
}

/** Of the key that all share. */
export function publicKey(): PublicKey {
  const half = publicHalf(privateKey());
  if (half === undefined) throw new TypeError("the bench's key is none for RS256");
  return half;
}

/** A table that is emulated. */
interface Table {
  readonly dynamoDb: DynamoDBClient;
  readonly tableName: string;
}

function tableOf({ dynamoDb: client, tableName }: Table) {
  return { client: documents(client), tableName, retentionDays: 1, clock: { now: () => new Date() } };
}

/** A prompt of ordinary length. */
const TEXTS = {
  text: "Hello. This is a call from Example Bank about the payment that you have just asked for. Please enter the four digits that are shown on your screen.",
  bye_text: "Thank you. The payment is confirmed. Goodbye.",
  failed_text: "That is not right. Please enter the four digits again.",
};

const FROM = "447700900999";

/** Distinct numbers whose last two digits have no meaning. */
export const numberOf = (index: number): string => String(447_700_000_000 + index);

export function callBody({ to, callback }: { to: string; callback: string }): string {
  const fields = { to, from: FROM, pin_code: PIN, callback, expires_in: String(DAY_SECONDS), ...TEXTS };
  return new URLSearchParams(fields).toString();
}

/** What all calls have in common is said once. */
export function batchBody({ count, callback, first = 0 }: { count: number; callback: string; first?: number }): string {
  const calls = Array.from({ length: count }, (_, index) => ({ to: numberOf(first + index), pin_code: PIN }));
  return JSON.stringify({ expires_in: DAY_SECONDS, defaults: { from: FROM, callback, ...TEXTS }, calls });
}

/** Of one call by itself, or of a batch. */
export function bodyOf({ calls, first, callback }: { calls: number; first: number; callback: string }): string {
  return calls === 1 ? callBody({ to: numberOf(first), callback }) : batchBody({ count: calls, first, callback });
}

/** How bodies are posted: a call as a form, a batch as JSON. */
export const headersOf = (jwt: string, body: string): Record<string, string> => ({
  "content-type": body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded",
  authorization: `Bearer ${jwt}`,
});

/** As an operator does. */
export async function setPace(table: Table, { applicationId }: Customer, callsPerSecond: number): Promise<void> {
  const loops = loopStore(tableOf(table));
  await agree({ owner: ownerOf({ applicationId, account: undefined }), callsPerSecond }, { loops });
}

import { createPrivateKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Vonage } from "@vonage/server-sdk";
import { SignJWT } from "jose";
import { afterEach } from "vitest";
import type { SimCall } from "../src/calls/call.ts";
import { startVonageSim, type VonageSim, type VonageSimOptions } from "../src/sim.ts";

export const APPLICATION = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
export const OUR_NUMBER = "447700900000";
/** Where nothing listens. */
export const NOBODY = "http://127.0.0.1:9/events";

export const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

type Body = Record<string, unknown>;

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The body as it came. */
  readonly raw: string;
  readonly authorization: string | undefined;
}

/** A silent one never comes. */
type Answer = {
  readonly silent?: boolean;
  readonly code?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
};

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  statuses(): unknown[];
  at(path: string): Received[];
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A webhook server; `answer` decides what each request gets, 204 if nothing. */
export async function startReceiver(answer: (request: Received) => Answer | undefined = () => undefined) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://receiver");
    const raw = await text(request);
    const hook: Received = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: raw === "" ? {} : JSON.parse(raw),
      raw,
      authorization: request.headers.authorization,
    };
    received.push(hook);
    const { silent, code, json, text: plain, type = "application/json" } = answer(hook) ?? { code: 204 };
    if (silent) return;
    response.writeHead(code ?? 200, { "content-type": type });
    response.end(json === undefined ? plain : JSON.stringify(json));
  });
  const port = await listen(server);
  closing.push(() => close(server));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    received,
    statuses: () => received.flatMap(({ body, query }) => body.status ?? query.status ?? []),
    at: (path) => received.filter((hook) => hook.path === path),
  };
  return receiver;
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

export async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

export interface Rig {
  readonly sim: VonageSim;
  readonly voice: Vonage["voice"];
  /** The first state of any call, from now on, that satisfies. */
  until(satisfies: (call: SimCall) => boolean): Promise<SimCall>;
  finished(uuid: string): Promise<SimCall>;
}

export async function startRig(options: VonageSimOptions = {}): Promise<Rig> {
  const watchers = new Set<(call: SimCall) => void>();
  const sim = await startVonageSim({
    speed: 200,
    callsPerSecond: Number.POSITIVE_INFINITY,
    // A call of a test that does not care for statuses tells them to nobody.
    applications: { [APPLICATION]: { publicKey: keys.publicKey, eventUrl: NOBODY } },
    onCall: (call) => {
      for (const watch of watchers) watch(call);
    },
    ...options,
  });
  closing.push(() => sim.stop());
  const until: Rig["until"] = (satisfies) =>
    new Promise((resolve) => {
      const watch = (call: SimCall) => {
        if (!satisfies(call)) return;
        watchers.delete(watch);
        resolve(call);
      };
      watchers.add(watch);
      for (const call of sim.calls()) watch(call);
    });
  return {
    sim,
    voice: clientOf(sim),
    until,
    finished: (uuid) => until((call) => call.uuid === uuid && call.finished),
  };
}

export function clientOf(sim: VonageSim, applicationId = APPLICATION): Vonage["voice"] {
  return new Vonage({ applicationId, privateKey: keys.privateKey }, { apiHost: sim.url, timeout: 5000 }).voice;
}

type Outbound = Parameters<Vonage["voice"]["createOutboundCall"]>[0];

/** Places a call; the SDK's NCCO type wants its own enums, the wire wants their plain values. */
export function place(voice: Vonage["voice"], to: string, request: object) {
  return voice.createOutboundCall({ to: [phone(to)], from: phone(OUR_NUMBER), ...request } as Outbound);
}

/** What the SDK's error hides: the code and body of the answer. */
export async function refusal(request: Promise<unknown>): Promise<{ code: number; body: unknown }> {
  const response = await request.then(
    () => Promise.reject(new Error("it was not refused")),
    (error: { response: Response }) => error.response,
  );
  return { code: response.status, body: await response.json() };
}

export const NCCO = [{ action: "talk", text: "Good morning" }];
export const TO = "447700900100";

const privateKey = createPrivateKey(keys.privateKey);
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A token of the application's own; what is undefined is left out. */
export function signed(claims: Record<string, unknown> = {}): Promise<string> {
  const iat = nowSeconds();
  const all = { application_id: APPLICATION, iat, exp: iat + 60, jti: randomUUID(), ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
}

export function postCall(url: string, { token, change = {} }: { token: string | undefined; change?: object }) {
  return fetch(`${url}/v1/calls`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ to: [phone(TO)], from: phone(OUR_NUMBER), ncco: NCCO, ...change }),
  });
}

export const phone = (number: string) => ({ type: "phone" as const, number });

export const talk = (text: string, more: object = {}) => ({ action: "talk" as const, text, ...more });

export const ask = (eventUrl: string, maxDigits = 4) => [
  talk("Please key in your PIN", { bargeIn: true }),
  { action: "input" as const, type: ["dtmf"], dtmf: { maxDigits, timeOut: 5 }, eventUrl: [eventUrl] },
];

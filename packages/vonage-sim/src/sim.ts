import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./api/app.ts";
import { type ApplicationSettings, Applications } from "./api/applications.ts";
import { createAuthenticate } from "./api/jwt.ts";
import { createRateLimit } from "./api/rate-limit.ts";
import { type Lookups, Requests, type Tally } from "./api/requests.ts";
import type { SimCall } from "./calls/call.ts";
import { CallRegistry } from "./calls/call-registry.ts";
import type { HandAct } from "./calls/handset.ts";
import { WebhookClient } from "./calls/webhook-client.ts";
import { startClock } from "./clock.ts";
import { checkFaults, type WebhookFaults } from "./faults.ts";

export type { ApplicationSettings } from "./api/applications.ts";
export type { SimCall, SimWebhook } from "./calls/call.ts";
export { type HandAct, handActSchema } from "./calls/handset.ts";
export type { NccoAction } from "./definition/ncco.ts";
export type { WebhookFaults } from "./faults.ts";

export interface VonageSimOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** A loopback name or address. Default 127.0.0.1. */
  readonly host?: string;
  /** Virtual seconds that go by in a real one. Default 20. */
  readonly speed?: number;
  /** `POST /v1/calls` admitted in any real second, per account. Default 3; Infinity for no limit. */
  readonly callsPerSecond?: number;
  /** GET, PUT and DELETE together, in the same way. Default 15. */
  readonly otherRequestsPerSecond?: number;
  /** Decides which webhooks the faults befall. Default 1. */
  readonly seed?: number;
  readonly webhookFaults?: WebhookFaults;
  /** Real seconds a webhook may take to answer. Default 10. */
  readonly webhookTimeoutSeconds?: number;
  /** By id. `PUT /sim/applications/{id}` sets one later; any other is taken at its word. */
  readonly applications?: Readonly<Record<string, ApplicationSettings>>;
  /** Numbers of somebody who sits here, and answers by `byHand`. Such a call takes its time, whatever the speed. Default none. */
  readonly isAtHand?: (number: string) => boolean;
  /** Called at every change of every call. Must not throw. */
  readonly onCall?: (call: SimCall) => void;
}

export interface VonageSim {
  readonly url: string;
  readonly port: number;
  /** In order of creation. */
  calls(): readonly SimCall[];
  /** Numbers asked for, each with how often, by the code that was answered. */
  requests(): Tally;
  /** How often calls were looked up (GET), by the code that was answered. */
  lookups(): Lookups;
  /** Sets an application up, as `PUT /sim/applications/{id}` does. */
  setApplication(id: string, settings: ApplicationSettings): Promise<void>;
  /** What somebody here does with a call. False where it is not at hand, or too late for that. */
  byHand(uuid: string, act: HandAct): boolean;
  /** Closes at once; calls under way stay as they are. */
  stop(): Promise<void>;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

export async function startVonageSim(options: VonageSimOptions = {}): Promise<VonageSim> {
  const { port = 0, host = "127.0.0.1", speed = 20, seed = 1, webhookFaults = {} } = options;
  const { callsPerSecond = 3, otherRequestsPerSecond = 15 } = options;
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError("speed must be a positive number");
  // It accepts unverified tokens and calls any URL, so it must not be reachable from a network.
  if (!LOOPBACK.has(host)) throw new RangeError("host must be a loopback address");
  checkFaults(webhookFaults);

  const today = () => new Date();
  const realNowMs = () => performance.now();
  const clock = startClock(speed, realNowMs);
  const handClock = startClock(1, realNowMs);
  const client = new WebhookClient(options.webhookTimeoutSeconds ?? 10);
  const requests = new Requests();
  const applications = new Applications();
  for (const [id, settings] of Object.entries(options.applications ?? {})) await applications.set(id, settings);
  const registry = new CallRegistry({
    clock,
    handClock,
    isAtHand: options.isAtHand ?? (() => false),
    client,
    seed,
    faults: webhookFaults,
    today,
    newId: randomUUID,
    onCall: options.onCall,
  });
  const app = createApp({
    registry,
    requests,
    applications,
    authenticate: createAuthenticate(applications, today),
    admits: {
      call: createRateLimit(callsPerSecond, realNowMs),
      other: createRateLimit(otherRequestsPerSecond, realNowMs),
    },
    newTraceId: () => randomUUID().replaceAll("-", ""),
  });

  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    calls: () => registry.calls(),
    requests: () => requests.tally(),
    lookups: () => requests.lookups(),
    setApplication: (id, settings) => applications.set(id, settings),
    byHand: (uuid, act) => registry.byHand(uuid, act),
    async stop() {
      clock.stop();
      handClock.stop();
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, client.stop()]);
    },
  };
}

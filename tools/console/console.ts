import type { Settings } from "@promptcall/core/contracts/settings";
import type { Keys } from "@promptcall/core/security/keys";
import { parseKeys } from "@promptcall/core/security/parse-keys";
import type { SimCall, VonageSim } from "@promptcall/vonage-sim/sim";
import { type Account, jwtOf } from "../system/caller.ts";
import { Front } from "../system/front.ts";
import type { Stage } from "../system/system.ts";
import { builtPage } from "./build.ts";
import { addDocs, isOfDocs } from "./docs.ts";
import { Feed, subscribedTo } from "./feed.ts";
import { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { addLocalRoutes } from "./local-routes.ts";
import { addPages, isPage, pageHeaders } from "./pages.ts";
import { Phone } from "./phone.ts";
import { Queues } from "./queues.ts";
import { type Records, recordsOf } from "./records.ts";
import { Speech } from "./said.ts";

/** A JWT lives 15 minutes. */
const RENEW_AFTER_MS = 10 * 60_000;

function callbackKeys(written: unknown): Keys {
  const keys = parseKeys({ secret: "CallbackKey", written: String(written) });
  if ("wrong" in keys) throw new Error(keys.wrong);
  return keys;
}

/** The page of the local run, and what it lives on. It is made before the system, which asks it first. */
export class Console {
  readonly journal = new Journal();
  readonly front = new Front({ isPage: (request) => isPage(request) || isOfDocs(request) });
  readonly #account: Account;
  readonly #speed: number;
  readonly #speech = new Speech({ journal: this.journal, now: () => new Date() });
  #phone: Phone | undefined;
  #parts: readonly { stop(): Promise<void> }[] = [];
  #records: Records | undefined;
  #jwt = "";
  #renewAtMs = 0;

  constructor({ account, speed }: { readonly account: Account; readonly speed: number }) {
    this.#account = account;
    this.#speed = speed;
  }

  /** Told of every change of every call at the simulated carrier. */
  readonly onCall = (call: SimCall): void => {
    this.#phone?.onCall(call);
    this.#speech.onCall(call);
  };

  /** Without the simulated carrier there is no phone here, and no credential that its carrier would take. */
  async open(system: Stage & { readonly sim?: VonageSim }): Promise<void> {
    const { local, sim } = system;
    const { journal, front } = this;
    const records = recordsOf({ local, applicationId: this.#account.applicationId });
    const { carrier } = local.resource("Settings") as unknown as Pick<Settings, "carrier">;
    const phone = new Phone({ journal, records, ringingSeconds: carrier.ringingSeconds, now: () => new Date() });
    const feed = new Feed({
      subscribe: subscribedTo(local),
      journal,
      records,
      onDialed: (call) => void phone.learn(call),
    });
    const queues = new Queues({ local, journal });
    const inbox = new Inbox({ journal, records, keys: callbackKeys(local.resource("CallbackKey").value) });
    this.#phone = phone;
    this.#records = records;
    this.#parts = [feed, queues];

    addLocalRoutes(front.app, {
      journal,
      phone,
      queues,
      inbox,
      carrier: sim,
      apiUrl: system.apiUrl,
      applicationId: this.#account.applicationId,
      speed: this.#speed,
      jwt: () => this.#freshJwt(),
    });
    addDocs(front.app);
    addPages(front.app, { folder: await builtPage(), headers: pageHeaders() });
    front.open();
    await feed.start();
    queues.start();
  }

  /** One token for many requests: the carrier is asked about each new one. */
  async #freshJwt(): Promise<string> {
    if (Date.now() > this.#renewAtMs) {
      this.#jwt = await jwtOf(this.#account);
      this.#renewAtMs = Date.now() + RENEW_AFTER_MS;
    }
    return this.#jwt;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.stop()));
    this.#records?.close();
  }
}

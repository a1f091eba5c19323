import type { Settings } from "@promptcall/core/contracts/settings";
import type { Keys } from "@promptcall/core/security/keys";
import { parseKeys } from "@promptcall/core/security/parse-keys";
import { handActSchema, type SimCall } from "@promptcall/vonage-sim/sim";
import type { Context } from "hono";
import * as z from "zod/mini";
import { type Account, jwtOf } from "../system/caller.ts";
import { Front } from "../system/front.ts";
import type { System } from "../system/system.ts";
import { builtPage } from "./build.ts";
import { addDocs, isOfDocs } from "./docs.ts";
import { Feed } from "./feed.ts";
import { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { addPages, isPage, pageHeaders } from "./pages.ts";
import { PHONE_NUMBER, Phone } from "./phone.ts";
import { Queues } from "./queues.ts";
import { type Records, recordsOf } from "./records.ts";
import { streamOf } from "./stream.ts";

const ActSchema = z.object({ uuid: z.string(), tab: z.string().check(z.maxLength(64)), act: handActSchema });

/** A JWT lives 15 minutes. */
const RENEW_AFTER_MS = 10 * 60_000;

/** Results that are sent by GET come to the address at which others look. */
const isResult = (c: Context) => c.req.header("webhook-id") !== undefined;

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
  #phone: Phone | undefined;
  #parts: readonly { stop(): Promise<void> }[] = [];
  #records: Records | undefined;
  #jwt = "";
  #renewAtMs = 0;

  constructor({ account, speed }: { readonly account: Account; readonly speed: number }) {
    this.#account = account;
    this.#speed = speed;
  }

  readonly onCall = (call: SimCall): void => this.#phone?.onCall(call);

  async open(system: System): Promise<void> {
    const { local, sim } = system;
    const { journal, front } = this;
    const records = recordsOf({ local, applicationId: this.#account.applicationId });
    const { carrier } = local.resource("Settings") as unknown as Pick<Settings, "carrier">;
    const phone = new Phone({ journal, records, ringingSeconds: carrier.ringingSeconds, now: () => new Date() });
    const feed = new Feed({ local, journal, records, onDialed: (call) => void phone.learn(call) });
    const queues = new Queues({ local, journal });
    const inbox = new Inbox({ journal, records, keys: callbackKeys(local.resource("CallbackKey").value) });
    this.#phone = phone;
    this.#records = records;
    this.#parts = [feed, queues];

    front.app.use("/_local/*", async (c, next) => {
      await next();
      c.header("cache-control", "no-store");
      c.header("x-content-type-options", "nosniff");
    });
    front.app.get("/_local/stream", (c) => streamOf(c, { journal }));
    front.app.get("/_local/queues", async (c) => c.json(await queues.now()));
    front.app.get("/_local/phone", (c) => c.json({ number: PHONE_NUMBER, call: phone.current ?? null }));
    front.app.post("/_local/phone", async (c) => {
      const asked = ActSchema.safeParse(await c.req.json().catch(() => undefined));
      if (!asked.success) return c.json({ title: "There is no such act." }, 400);
      return phone.act(sim, asked.data) ? c.body(null, 204) : c.json({ title: "It is too late for that." }, 409);
    });
    front.app.get("/_local/credential", async (c) => c.json(await this.#credential(system.apiUrl)));
    // For a shell, which reads no JSON.
    front.app.get("/_local/jwt", async (c) => c.text(await this.#freshJwt()));
    front.app.get("/_local/inbox", async (c) => (isResult(c) ? await inbox.take(c) : c.json({ data: inbox.received })));
    front.app.post("/_local/inbox", (c) => inbox.take(c));
    front.app.delete("/_local/inbox", (c) => {
      inbox.empty();
      return c.body(null, 204);
    });
    front.app.all("/_local/*", (c) => c.json({ title: "There is nothing at this path." }, 404));
    addDocs(front.app);
    addPages(front.app, { folder: await builtPage(), headers: pageHeaders() });
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

  async #credential(apiUrl: string) {
    return {
      application_id: this.#account.applicationId,
      authorization: `Bearer ${await this.#freshJwt()}`,
      from: "447700900999",
      phone: PHONE_NUMBER,
      callback: `${apiUrl}/_local/inbox`,
      speed: this.#speed,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.stop()));
    this.#records?.close();
  }
}

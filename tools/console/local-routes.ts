import { handActSchema, type VonageSim } from "@promptcall/vonage-sim/sim";
import type { Context, Hono } from "hono";
import * as z from "zod/mini";
import { fromHereAlone } from "./from-here.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import { PHONE_NUMBER, type Phone } from "./phone.ts";
import type { Queues } from "./queues.ts";
import { streamOf } from "./stream.ts";

const ActSchema = z.object({ uuid: z.string(), tab: z.string().check(z.maxLength(64)), act: handActSchema });

/** Results that are sent by GET come to the address at which others look. */
const isResult = (c: Context) => c.req.header("webhook-id") !== undefined;

export interface LocalRoutesParts {
  readonly journal: Journal;
  readonly phone: Phone;
  readonly queues: Queues;
  readonly inbox: Inbox;
  /** None where calls go through a real carrier. */
  readonly carrier: VonageSim | undefined;
  readonly apiUrl: string;
  readonly applicationId: string;
  readonly speed: number;
  readonly jwt: () => Promise<string>;
}

/** What only a local run has (docs/console.md). */
export function addLocalRoutes(app: Hono, parts: LocalRoutesParts): void {
  const { journal, phone, queues, inbox, carrier, apiUrl, applicationId, speed, jwt } = parts;
  app.use("/_local/*", fromHereAlone);
  app.get("/_local/stream", (c) => streamOf(c, { journal }));
  app.get("/_local/queues", async (c) => c.json(await queues.now()));
  app.get("/_local/phone", (c) => c.json({ number: PHONE_NUMBER, call: phone.current ?? null }));
  app.post("/_local/phone", async (c) => {
    const asked = ActSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json({ title: "There is no such act." }, 400);
    const isDone = carrier !== undefined && phone.act(carrier, asked.data);
    return isDone ? c.body(null, 204) : c.json({ title: "It is too late for that." }, 409);
  });
  const common = { callback: `${apiUrl}/_local/inbox`, speed };
  app.get("/_local/credential", async (c) =>
    c.json(
      carrier === undefined
        ? { carrier: "vonage", ...common }
        : {
            carrier: "simulated",
            application_id: applicationId,
            authorization: `Bearer ${await jwt()}`,
            from: "447700900999",
            phone: PHONE_NUMBER,
            ...common,
          },
    ),
  );
  if (carrier === undefined)
    app.get("/_local/jwt", (c) =>
      c.json({ title: "Use a credential of your own: this run calls through a real carrier." }, 404),
    );
  // For a shell, which reads no JSON.
  app.get("/_local/jwt", async (c) => c.text(await jwt()));
  app.get("/_local/inbox", async (c) => (isResult(c) ? await inbox.take(c) : c.json({ data: inbox.received })));
  app.post("/_local/inbox", (c) => inbox.take(c));
  app.delete("/_local/inbox", (c) => {
    inbox.empty();
    return c.body(null, 204);
  });
  app.all("/_local/*", (c) => c.json({ title: "There is nothing at this path." }, 404));
}

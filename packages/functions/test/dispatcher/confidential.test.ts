import { randomBytes } from "node:crypto";
import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import type { CallbackMessage } from "@promptcall/core/contracts/delivery-messages";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { sealedReceiver } from "../../src/calls/confidential-receiver.ts";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { SealError } from "../../src/errors.ts";
import { fakeSeal } from "../../testing/seal.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID } from "../given.ts";

const rejected = () => after(queued(), claim(), report(2, { type: "leg", status: "rejected" }));
const refused = () => after(queued(), { type: "end_queued", id: "m", at: at(2), reason: "credential_rejected" });

const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1 };
const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const APPLICATIONS = formatSecret(callbackSecret({ key: KEYS.callback, applicationId: "app" }));
const receiverSeal = fakeSeal([KEYS.receiver]);

/** What is sent of a call whose receiver was named like this. */
async function sent({
  call = rejected(),
  written = "https://customer.example/result",
  secret,
  method = "POST",
  sealedFor = TID,
}: {
  call?: ReturnType<typeof rejected>;
  written?: string;
  secret?: string;
  method?: "GET" | "POST";
  sealedFor?: string;
}) {
  const receiver = await sealedReceiver({ written, secret, id: sealedFor }, { receiverSeal });
  const now = new Date().toISOString();
  const fixture = await fixtureWith(call, { now, spec: spec({ callback: { ...receiver, method } }) });
  const ports = { ...fixture, keys: [KEYS.callback] as const, settings: SETTINGS.callback, receiverSeal };
  const logged = await dispatcher(ports)(first);
  const [request] = fixture.sender.requests;
  if (request === undefined) throw new Error("nothing was sent");
  const kept = JSON.stringify([logged, fixture.bus.published, fixture.parked.sent, await fixture.deliveries.read(TID)]);
  return { request, kept };
}

function holds(secret: string, { headers, body, url }: Awaited<ReturnType<typeof sent>>["request"]): boolean {
  try {
    new Webhook(secret).verify(body ?? new URL(url).search.slice(1), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

describe.each(["POST", "GET"] as const)("a result that is sent by %s", (method) => {
  it("has the password of its receiver as Basic, and nowhere else", async () => {
    const { request, kept } = await sent({ method, written: "https://user:password@customer.example/result" });
    expect(request.headers.authorization).toBe("Basic dXNlcjpwYXNzd29yZA==");
    expect(request.url + kept).not.toContain("password");
    expect(holds(APPLICATIONS, request)).toBe(true);
  });

  it("has no password where none was given", async () => {
    expect((await sent({ method })).request.headers).not.toHaveProperty("authorization");
  });

  it("is signed with the secret of its request, and with no other", async () => {
    const { request, kept } = await sent({ method, secret: SECRET });
    expect([SECRET, APPLICATIONS].map((secret) => holds(secret, request))).toEqual([true, false]);
    expect(kept).not.toContain(SECRET.slice(6));
  });

  it("of a refused credential does not carry the signature of its application", async () => {
    const { request } = await sent({ method, call: refused() });
    expect(`${request.url} ${request.body}`).toContain("reason=credential_rejected");
    expect(request.headers).not.toHaveProperty("webhook-signature");
    expect(request.headers["webhook-id"]).toBe(`msg_${TID}`);
  });

  it("of a refused credential is signed with the secret that came with it", async () => {
    const { request } = await sent({ method, call: refused(), secret: SECRET });
    expect([SECRET, APPLICATIONS].map((secret) => holds(secret, request))).toEqual([true, false]);
  });
});

it("what was sealed for another call is not opened: nothing is sent", async () => {
  await expect(sent({ secret: SECRET, sealedFor: "3b241101-e2bb-4255-8caf-4136c566a900" })).rejects.toThrow(SealError);
});

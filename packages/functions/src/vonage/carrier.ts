import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type DialOutcome, outcomeOfFailure, outcomeOfRefusal } from "@promptcall/core/call/dial-outcome";
import { carrierNumber } from "@promptcall/core/call/phone";
import { LEG_STATUSES } from "@promptcall/core/contracts/leg-status";
import { type Region, regionalHost } from "@promptcall/core/contracts/regions";
import type { Settings } from "@promptcall/core/contracts/settings";
import { Vonage } from "@vonage/server-sdk";
import type { AdvancedMachineDetection, MachineDetectionBehavior, OutboundCall } from "@vonage/voice";
import * as z from "zod/mini";
import type { Carrier, PlaceCall } from "../ports/carrier.ts";
import { leftMs, timeoutMsFor } from "../runtime/invocation.ts";
import { undefinedIfInvalid } from "../undefined-if-invalid.ts";
import { carrierUuid, durationSeconds, network, price } from "./carrier-fields.ts";

/**
 * The SDK's error holds the whole request with its credential in `config`, so the error is never passed on. `Response`
 * is only touched when there is one, because Node loads all of `fetch` with it.
 */
const RefusalSchema = z.lazy(() =>
  z.object({ response: z.custom<Response>((response) => response instanceof Response) }),
);

/** The carrier takes up to a second to place a call. With less than twice that left, no call is begun. */
const LEAST_TO_DIAL_MS = 2_000;

const FailureSchema = z.lazy(() =>
  z.object({
    name: z.string(),
    code: z.optional(z.string()),
    cause: z.optional(z.object({ code: z.optional(z.string()) })),
  }),
);

const CallSchema = z.lazy(() =>
  z.object({
    status: z.enum(LEG_STATUSES),
    detail: undefinedIfInvalid(z.string()),
    duration: undefinedIfInvalid(durationSeconds),
    price: undefinedIfInvalid(price),
    rate: undefinedIfInvalid(price),
    network: undefinedIfInvalid(network),
  }),
);

export function carrier({ host, timeoutSeconds, ringingSeconds: usualRingingSeconds }: Settings["carrier"]): Carrier {
  const clientFor = (credential: string, timeoutMs: number, region?: Region) =>
    new Vonage(passThrough(credential), { apiHost: regionalHost({ host, region }), timeout: timeoutMs }).voice;

  const currentTimeoutMs = () => timeoutMsFor({ longestMs: timeoutSeconds * 1000 });

  return {
    async placeCall(call, credential) {
      const { to, ncco, eventUrl, lengthSeconds, ringingSeconds = usualRingingSeconds, region } = call;
      // A call whose answer we cannot wait for would be unknown, and never dialed again.
      if (leftMs() < LEAST_TO_DIAL_MS) return { kind: "try_again", why: "the invocation is nearly over" };
      const timeoutMs = currentTimeoutMs();
      try {
        const asked = clientFor(credential, timeoutMs, region).createOutboundCall({
          to: [{ type: "phone", number: carrierNumber(to) }],
          ...callerOf(call),
          // The SDK passes the NCCO on unchanged; its type is a union of mutable classes.
          ncco: ncco as unknown as [],
          eventUrl: [eventUrl],
          ...detectionOf(call),
          ringingTimer: ringingSeconds,
          lengthTimer: lengthSeconds,
        });
        const named = carrierUuid.safeParse((await within(timeoutMs, asked))?.uuid);
        return named.success
          ? { kind: "placed", uuid: named.data }
          : { kind: "unknown", why: "the carrier's answer names no call" };
      } catch (error) {
        return await outcomeOf(error, currentTimeoutMs());
      }
    },

    async takes(credential, longestWaitMs) {
      const timeoutMs = Math.min(longestWaitMs, currentTimeoutMs());
      // A call that nobody has placed: whoever may look it up hears that there is none, and nothing of anybody else's.
      const asked = clientFor(credential, timeoutMs).getCall(randomUUID());
      const judged = asked.then(() => "yes" as const, judgementOf);
      return await within(timeoutMs, judged);
    },

    async findCall(uuid, credential, region) {
      const timeoutMs = currentTimeoutMs();
      const asked = clientFor(credential, timeoutMs, region).getCall(encodeURIComponent(uuid));
      const answer = await within(timeoutMs, asked).catch(() => undefined);
      const call = CallSchema.safeParse(answer);
      if (!call.success) return undefined;
      const { status, detail, duration, price, rate, network } = call.data;
      return {
        uuid,
        status,
        ...(detail !== undefined && { detail }),
        ...(duration !== undefined && { durationSeconds: duration }),
        ...(price !== undefined && { price }),
        ...(rate !== undefined && { rate }),
        ...(network !== undefined && { network }),
      };
    },

    async hangUp(uuid, credential, region) {
      const timeoutMs = currentTimeoutMs();
      const hungUp = clientFor(credential, timeoutMs, region)
        .hangupCall(encodeURIComponent(uuid))
        .then(() => true);
      return (await within(timeoutMs, hungUp).catch(() => false)) ?? false;
    },
  };
}

/** The SDK's type does not know that the carrier may choose. */
function callerOf({ from }: PlaceCall): Pick<OutboundCall, "from"> {
  const caller =
    from === undefined ? { randomFromNumber: true } : { from: { type: "phone", number: carrierNumber(from) } };
  return caller as Pick<OutboundCall, "from">;
}

/** Left out, the carrier does not look for machines: https://developer.vonage.com/en/api/voice#createCall */
function detectionOf({
  machineDetection,
  advancedDetection,
}: PlaceCall): Pick<OutboundCall, "machineDetection" | "advancedMachineDetection"> {
  if (advancedDetection === undefined)
    return machineDetection === undefined ? {} : { machineDetection: machineDetection as MachineDetectionBehavior };
  const { mode, beepTimeoutSeconds: beepTimeout } = advancedDetection;
  const advanced = {
    behavior: machineDetection ?? "continue",
    mode,
    ...(beepTimeout !== undefined && { beepTimeout }),
  };
  return { advancedMachineDetection: advanced as AdvancedMachineDetection };
}

/** Lets the SDK send the customer's own JWT. It takes any object with these properties. */
function passThrough(credential: string): ConstructorParameters<typeof Vonage>[0] {
  const notUsed = () => Promise.reject(new Error("only the bearer token is used"));
  return {
    getQueryParams: notUsed,
    createBasicHeader: notUsed,
    createSignatureHash: notUsed,
    createBearerHeader: () => Promise.resolve(`Bearer ${credential}`),
  };
}

/** Only 401 and 403 speak of the credential. What is too much for the carrier, and its own faults, say nothing. */
function judgementOf(error: unknown): "yes" | "no" | undefined {
  const refusal = RefusalSchema.safeParse(error);
  if (!refusal.success) return undefined;
  const { status } = refusal.data.response;
  if (status === 401 || status === 403) return "no";
  return status === 429 || status >= 500 ? undefined : "yes";
}

async function outcomeOf(error: unknown, timeoutMs: number): Promise<DialOutcome> {
  const refusal = RefusalSchema.safeParse(error);
  if (refusal.success) {
    const { response } = refusal.data;
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    return outcomeOfRefusal({
      httpStatus: response.status,
      body: await within(timeoutMs, response.json()).catch(() => undefined),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    });
  }
  const failure = FailureSchema.safeParse(error);
  if (!failure.success) return { kind: "unknown", why: "no answer from the carrier" };
  const { name, code, cause } = failure.data;
  return outcomeOfFailure({ codes: [cause?.code, code, name].filter((known) => known !== undefined) });
}

/** The SDK's own timeout covers only the headers; the body may never come. */
async function within<Answer>(timeoutMs: number, asked: Promise<Answer>): Promise<Answer | undefined> {
  return await Promise.race([asked, setTimeout(timeoutMs, undefined, { ref: false })]);
}

import { setTimeout } from "node:timers/promises";
import { type DialOutcome, outcomeOfFailure, outcomeOfRefusal } from "@promptcall/core/dial-outcome";
import { LINE_STATUSES } from "@promptcall/core/line-status";
import { carrierNumber } from "@promptcall/core/phone";
import type { Settings } from "@promptcall/core/settings";
import { Vonage } from "@vonage/server-sdk";
import type { MachineDetectionBehavior } from "@vonage/voice";
import * as z from "zod/mini";
import { carrierUuid, durationSeconds, orNothing, price } from "../carrier-fields.ts";
import type { Carrier } from "../ports/carrier.ts";
import { leftMs, patienceMsFor } from "./invocation.ts";

/**
 * The SDK's error holds the whole request, credential and all, in `config`: nothing here passes the error on. `Response`
 * is named only when there is one, since Node loads all of `fetch` with it.
 */
const RefusalSchema = z.object({ response: z.custom<Response>((response) => response instanceof Response) });

/** The carrier takes up to a second to say that a call is placed: with less than twice that left none is begun. */
const LEAST_TO_DIAL_MS = 2_000;

const FailureSchema = z.object({
  name: z.string(),
  code: z.optional(z.string()),
  cause: z.optional(z.object({ code: z.optional(z.string()) })),
});

const CallSchema = z.object({
  status: z.enum(LINE_STATUSES),
  detail: orNothing(z.string()),
  duration: orNothing(durationSeconds),
  price: orNothing(price),
});

export function carrier({ host, timeoutSeconds, ringingSeconds }: Settings["carrier"]): Carrier {
  const clientFor = (credential: string, patienceMs: number) =>
    new Vonage(passThrough(credential), { apiHost: host, timeout: patienceMs }).voice;

  const patience = () => patienceMsFor({ longestMs: timeoutSeconds * 1000 });

  return {
    async placeCall({ to, from, ncco, eventUrl, lengthSeconds, machineDetection }, credential) {
      // What is asked for and not waited for is unknown, and never dialed again.
      if (leftMs() < LEAST_TO_DIAL_MS) return { kind: "try_again", why: "the invocation is nearly over" };
      const patienceMs = patience();
      try {
        const asked = clientFor(credential, patienceMs).createOutboundCall({
          to: [{ type: "phone", number: carrierNumber(to) }],
          from: { type: "phone", number: carrierNumber(from) },
          // The SDK hands it through untouched; its own type is a union of mutable classes.
          ncco: ncco as unknown as [],
          eventUrl: [eventUrl],
          // Left out, the carrier does not look for machines: https://developer.vonage.com/en/api/voice#createCall
          ...(machineDetection !== undefined && { machineDetection: machineDetection as MachineDetectionBehavior }),
          ringingTimer: ringingSeconds,
          lengthTimer: lengthSeconds,
        });
        const named = carrierUuid.safeParse((await within(patienceMs, asked))?.uuid);
        return named.success
          ? { kind: "placed", uuid: named.data }
          : { kind: "unknown", why: "the carrier's answer names no call" };
      } catch (error) {
        return await outcomeOf(error, patience());
      }
    },

    async findCall(uuid, credential) {
      const patienceMs = patience();
      const asked = clientFor(credential, patienceMs).getCall(encodeURIComponent(uuid));
      const answer = await within(patienceMs, asked).catch(() => undefined);
      const call = CallSchema.safeParse(answer);
      if (!call.success) return undefined;
      const { status, detail, duration, price } = call.data;
      return {
        uuid,
        status,
        ...(detail !== undefined && { detail }),
        ...(duration !== undefined && { durationSeconds: duration }),
        ...(price !== undefined && { price }),
      };
    },

    async hangUp(uuid, credential) {
      const patienceMs = patience();
      const hungUp = clientFor(credential, patienceMs)
        .hangupCall(encodeURIComponent(uuid))
        .then(() => true);
      return (await within(patienceMs, hungUp).catch(() => false)) ?? false;
    },
  };
}

/** Sends the customer's own JWT along; the SDK takes any object that has these as its own properties. */
function passThrough(credential: string): ConstructorParameters<typeof Vonage>[0] {
  const notUsed = () => Promise.reject(new Error("only the bearer token is used"));
  return {
    getQueryParams: notUsed,
    createBasicHeader: notUsed,
    createSignatureHash: notUsed,
    createBearerHeader: () => Promise.resolve(`Bearer ${credential}`),
  };
}

async function outcomeOf(error: unknown, patienceMs: number): Promise<DialOutcome> {
  const refusal = RefusalSchema.safeParse(error);
  if (refusal.success) {
    const { response } = refusal.data;
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    return outcomeOfRefusal({
      httpStatus: response.status,
      body: await within(patienceMs, response.json()).catch(() => undefined),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    });
  }
  const failure = FailureSchema.safeParse(error);
  if (!failure.success) return { kind: "unknown", why: "no answer from the carrier" };
  const { name, code, cause } = failure.data;
  return outcomeOfFailure({ codes: [cause?.code, code, name].filter((known) => known !== undefined) });
}

/** The SDK's own timeout ends with the headers; a body may still never come. */
async function within<Answer>(patienceMs: number, asked: Promise<Answer>): Promise<Answer | undefined> {
  return await Promise.race([asked, setTimeout(patienceMs, undefined, { ref: false })]);
}

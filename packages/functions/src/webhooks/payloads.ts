import { LINE_STATUSES } from "@promptcall/core/line-status";
import * as z from "zod/mini";

/** What comes along with a status: where it has another form we do without it, since an end must not be missed for that. */
const orNothing = <Content>(schema: z.ZodMiniType<Content>) =>
  z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value) => schema.safeParse(value).data),
    ),
  );

const text = orNothing(z.string());
const amount = orNothing(z.nullable(z.pipe(z.transform(Number), z.number())));
const time = orNothing(
  z.pipe(
    z.string().check(z.refine((written) => !Number.isNaN(Date.parse(written)))),
    z.transform((written) => new Date(written).toISOString()),
  ),
);

/** An event webhook. Anything with another `status`, or none, is an event this service has no use for. */
export const StatusPayloadSchema = z.object({
  status: z.enum(LINE_STATUSES),
  uuid: text,
  /** In place of `uuid` in the events of machine detection. */
  call_uuid: text,
  /** A word such as `cannot_route`; free text has no place on the bus. */
  detail: orNothing(z.string().check(z.regex(/^[a-z_]{1,40}$/))),
  duration: amount,
  price: text,
  /** When it was answered, told at the end of it. */
  start_time: time,
});
export type StatusPayload = z.infer<typeof StatusPayloadSchema>;

const entered = z._default(z.nullable(z.string()), null);

/** The digits webhook in today's form, and in the old one where `dtmf` is the string itself. Silence has many spellings. */
export const DigitsPayloadSchema = z.union([
  z.pipe(
    z.object({ dtmf: z.object({ digits: entered, timed_out: z._default(z.boolean(), false) }) }),
    z.transform(({ dtmf }) => ({ digits: keys(dtmf.digits), timedOut: dtmf.timed_out })),
  ),
  z.pipe(
    z.object({ dtmf: entered, timed_out: z._default(z.boolean(), false) }),
    z.transform(({ dtmf, timed_out }) => ({ digits: keys(dtmf), timedOut: timed_out })),
  ),
]);

/** A `#` ends an entry and is no part of it. */
function keys(digits: string | null): string {
  return (digits ?? "").replace(/#$/, "");
}

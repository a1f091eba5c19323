import { OLD_PARAMETERS } from "@promptcall/functions/api/old-door/translate";
import fc from "fast-check";
import { OLD_CREDENTIAL } from "./door.ts";
import { OPTIONAL, text, VALID, value } from "./values.ts";

/** Parameters of a call that would be taken, of which few are something else. */
const parameters = fc
  .record({
    changed: fc.dictionary(fc.constantFrom(...Object.keys(VALID), ...OPTIONAL), value, { maxKeys: 3 }),
    missing: fc.subarray(Object.keys(VALID), { maxLength: 1 }),
    spoilt: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ changed, missing, spoilt }) => {
    if (spoilt < 6) return VALID;
    const all = { ...VALID, ...changed };
    return Object.fromEntries(Object.entries(all).filter(([name]) => spoilt < 9 || !missing.includes(name)));
  });
/** Not every object can be made text of: one of JSON may name a `toString` of its own. */
const written = (one: unknown) => (typeof one === "object" && one !== null ? JSON.stringify(one) : String(one));
const asForm = (fields: object) =>
  new URLSearchParams(Object.entries(fields).map(([name, one]) => [name, written(one)] as [string, string])).toString();
const asCsv = (rows: readonly object[]) => {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const cell = (one: unknown) => `"${written(one ?? "").replaceAll('"', '""')}"`;
  return [
    names.join(","),
    ...rows.map((row) => names.map((name) => cell(Object.getOwnPropertyDescriptor(row, name)?.value)).join(",")),
  ].join("\n");
};

/** A body, and the media type that it has. */
const wellFormed = fc.oneof(
  parameters.map((fields) => ["application/json", JSON.stringify(fields)] as const),
  parameters.map((fields) => ["application/x-www-form-urlencoded", asForm(fields)] as const),
  fc
    .record({ calls: fc.array(parameters, { maxLength: 4 }), defaults: parameters })
    .map((batch) => ["application/json", JSON.stringify(batch)] as const),
  fc.array(parameters, { maxLength: 4 }).map((rows) => ["text/csv", asCsv(rows)] as const),
  fc
    .array(parameters, { maxLength: 4 })
    .map((rows) => ["application/x-ndjson", rows.map((row) => JSON.stringify(row)).join("\n")] as const),
);
const TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "text/csv",
  "application/x-ndjson",
  "text/plain",
  "application/json; charset=utf-16",
  "text/csv; charset=windows-1252",
  "text/csv; charset=nonsense",
  "multipart/form-data",
  "",
];
const HOSTILE = [
  "[".repeat(100_000),
  '{"a":'.repeat(20_000),
  `{"calls":[${"{},".repeat(5_000)}{}]}`,
  "&".repeat(100_000),
  "%".repeat(50_000),
  "a=1&".repeat(30_000),
  ",".repeat(60_000),
  `"${"\n".repeat(60_000)}`,
  "\ufeff",
  '{"to":1,"to":2}',
];
export const body = fc.oneof(
  { weight: 24, arbitrary: wellFormed as fc.Arbitrary<readonly [string, string | Uint8Array]> },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...TYPES), wellFormed).chain(([type, [, written]]) =>
      // Cut, as by a lost connection.
      fc.integer({ min: 0, max: written.length }).map((end) => [type, written.slice(0, end)] as const),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...TYPES), fc.uint8Array({ maxLength: 200 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(...HOSTILE)) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...TYPES), text) },
);

const status = fc.record(
  {
    status: fc.oneof(fc.constantFrom("ringing", "answered", "completed", "busy", "machine"), value),
    uuid: value,
    call_uuid: value,
    duration: value,
    price: value,
    start_time: value,
    detail: value,
    reason: value,
    dtmf: fc.oneof(
      value,
      fc.record({ digits: value, timed_out: value }),
      fc.constantFrom<unknown>("4711", { digits: "4711" }),
    ),
  },
  { requiredKeys: ["status"] },
);
const webhookBody = fc.oneof(
  { weight: 4, arbitrary: status.map((payload) => ["application/json", JSON.stringify(payload)] as const) },
  { weight: 1, arbitrary: body },
);

/** What a list is filtered by, and what an application sets of itself. */
const filters = fc.record(
  {
    receiver: fc.oneof(fc.constant<unknown>("customer.example"), value),
    state: fc.oneof(fc.constantFrom<unknown>("completed", "queued,completed", ["queued"]), value),
    since: fc.oneof(fc.constant<unknown>("2026-01-01T12:00:00Z"), value),
    limit: fc.oneof(fc.constantFrom<unknown>(1, "100"), value),
    cursor: value,
    private_key: value,
    x: value,
  },
  { requiredKeys: [] },
);
const settings = fc.record(
  {
    callback_hosts: fc.oneof(fc.constant<unknown>(["customer.example"]), value),
    do_not_call: fc.oneof(fc.constant<unknown>(["447700900009"]), fc.array(value, { maxLength: 4 }), value),
    public_keys: fc.oneof(fc.array(value, { maxLength: 3 }), value),
    app_id: value,
    account: value,
  },
  { requiredKeys: [] },
);
const few = (fields: fc.Arbitrary<object>) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(fields, fc.nat(3))
        .map(
          ([all, most]) =>
            ["application/json", JSON.stringify(Object.fromEntries(Object.entries(all).slice(0, most)))] as const,
        ),
    },
    { weight: 1, arbitrary: fields.map((all) => ["application/x-www-form-urlencoded", asForm(all)] as const) },
    { weight: 1, arbitrary: body },
  );
const filterBody = few(filters);
const settingsBody = few(settings);

const OLD = {
  ...OLD_CREDENTIAL,
  to: "447700900001",
  text: "Please enter your PIN",
  callback: "https://customer.example/r",
};
/** Parameters of the deprecated API, of which few are something else. */
const oldBody = (names: readonly string[]) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          changed: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 2 }),
          isSpoilt: fc.boolean(),
          isForm: fc.boolean(),
        })
        .map(({ changed, isSpoilt, isForm }) => {
          const all = isSpoilt ? { ...OLD, ...changed } : OLD;
          return isForm
            ? (["application/x-www-form-urlencoded", asForm(all)] as const)
            : (["text/json", JSON.stringify(all)] as const);
        }),
    },
    { weight: 1, arbitrary: body },
  );
const oldBodies: Readonly<Record<string, ReturnType<typeof oldBody>>> = {
  "/tts-prompt/json": oldBody(OLD_PARAMETERS.tts_prompt),
  "/tts/json": oldBody(OLD_PARAMETERS.tts),
};

/** What is sent to a route. */
export function sentTo(route: string) {
  if (route.includes("webhook")) return webhookBody;
  if (route === "/calls/replay") return filterBody;
  if (oldBodies[route] !== undefined) return oldBodies[route];
  return route === "/application" ? settingsBody : body;
}

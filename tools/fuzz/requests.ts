import fc from "fast-check";
import { CREDENTIAL } from "../../packages/functions/test/given.ts";
import { ADDRESSES, API_URL, BATCH_ID } from "./door.ts";

export interface FuzzedRequest {
  /** What it is aimed at. */
  readonly route: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const VALID: Readonly<Record<string, unknown>> = {
  to: "447700900001",
  from: "447700900999",
  text: "Please enter your PIN",
  pin_code: "4711",
  callback: "https://customer.example/result",
};
const OPTIONAL = [
  "callback_method",
  "callback_secret",
  "bye_text",
  "failed_text",
  "reference",
  "expires_in",
  "send_at",
  "max_price",
  "dry_run",
  "machine_detection",
  "private_key",
  "app_id",
  "atomic",
  "repeat",
  "defaults",
  "batch_callback",
  "__proto__",
  "constructor",
  "t\u00f6",
];

/** Text of every kind that people and programs send, some of it long. */
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 8 }).map((piece) => piece.repeat(2_000)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "null",
      "true",
      "0",
      "-1",
      "1e309",
      "NaN",
      "\u0000",
      "\ud800",
      "+44 (0) 7700 900001",
      "007",
      "../../etc/passwd",
      "%{(#_memberAccess)}",
      "<speak><break time='9999999s'/></speak>",
      "http://169.254.169.254/",
      "https://user:password@customer.example/",
      "2026-01-01T12:00:00Z",
      "9999-99-99T99:99:99Z",
    ),
  },
);
const value = fc.oneof(
  { weight: 6, arbitrary: text as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: fc.double() as fc.Arbitrary<unknown> },
);

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
const asForm = (fields: object) =>
  new URLSearchParams(Object.entries(fields).map(([name, one]) => [name, String(one)] as [string, string])).toString();
const asCsv = (rows: readonly object[]) => {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const cell = (one: unknown) => `"${String(one ?? "").replaceAll('"', '""')}"`;
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
const body = fc.oneof(
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

/** What a header may hold: HTTP itself refuses the rest before anybody is asked. */
const headerText = fc.string({
  unit: fc.constantFrom(..." !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~aZ09\u00e9"),
  maxLength: 60,
});
const authorization = fc.oneof(
  { weight: 40, arbitrary: fc.constant(`Bearer ${CREDENTIAL}`) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: headerText.map((one) => `Bearer ${one}`) },
  { weight: 1, arbitrary: fc.nat(CREDENTIAL.length - 1).map((end) => `Bearer ${CREDENTIAL.slice(0, end)}`) },
  {
    weight: 1,
    arbitrary: fc.jsonValue().map((claims) => {
      const part = (one: unknown) => Buffer.from(JSON.stringify(one)).toString("base64url");
      return `Bearer ${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${part("signature")}`;
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom("Basic dXNlcjpwYXNz", "Bearer", "", "Digest x") },
);
const more = fc.record(
  {
    "idempotency-key": fc.oneof({ weight: 3, arbitrary: fc.uuid() }, { weight: 1, arbitrary: headerText }),
    accept: headerText,
    "x-api-key": headerText,
    "x-request-id": headerText,
    host: fc.constantFrom("api.example", "other.example"),
    "x-forwarded-proto": fc.constantFrom("https", "http"),
  },
  { requiredKeys: [] },
);
const headers = fc.record({ authorization, more }).map(({ authorization: given, more: others }) => ({
  ...Object.fromEntries(
    Object.entries(others).map(([name, one]) => [name, Buffer.from(one).toString("latin1").trim()]),
  ),
  ...(given !== undefined && { authorization: Buffer.from(given).toString("latin1").trim() }),
}));

const escaped = fc.string({ unit: "binary", maxLength: 30 }).map((one) => encodeURIComponent(one.toWellFormed()));
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom("token", "forget", "limit", "cursor", "format", "wait", "dry_run", "repeat", "x"),
      fc.oneof(escaped, fc.constantFrom("true", "false", "1", "0", "-1", "ndjson", "csv", "99999999999")),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(([name, one]) => `${name}=${one}`).join("&"));

/** Addresses: of what is there, with another id or token, with more in the query; and of nothing. */
const ROUTES: Readonly<Record<string, { readonly path: string; readonly methods: readonly string[] }>> = {
  "POST /call": { path: `${API_URL}/call`, methods: ["POST", "POST", "POST", "POST", "POST", "POST", "GET"] },
  "/call/{id}": { path: `${API_URL}${ADDRESSES.call}`, methods: ["GET", "DELETE", "POST"] },
  "/batch/{id}": { path: `${API_URL}${ADDRESSES.batch}`, methods: ["GET", "DELETE", "PUT"] },
  "/batch/{id}/results": {
    path: `${API_URL}${ADDRESSES.batch.replace("?", "/results?")}`,
    methods: ["GET", "HEAD"],
  },
  "/batch/{id}/pause": { path: `${API_URL}${ADDRESSES.batch.replace("?", "/pause?")}`, methods: ["POST", "GET"] },
  "/batch/{id}/resume": { path: `${API_URL}${ADDRESSES.batch.replace("?", "/resume?")}`, methods: ["POST", "GET"] },
  "/call/{id}/replay": { path: `${API_URL}${ADDRESSES.call.replace("?", "/replay?")}`, methods: ["POST", "GET"] },
  "/calls": { path: `${API_URL}/calls`, methods: ["GET", "GET", "POST"] },
  "/batches": { path: `${API_URL}/batches`, methods: ["GET", "GET", "DELETE"] },
  "/calls/replay": { path: `${API_URL}/calls/replay`, methods: ["POST", "POST", "GET"] },
  "/application": { path: `${API_URL}/application`, methods: ["PUT", "PUT", "GET"] },
  "/health": { path: `${API_URL}/health`, methods: ["GET", "HEAD", "POST"] },
  "/setup": { path: `${API_URL}/setup`, methods: ["GET", "OPTIONS"] },
  "/openapi.json": { path: `${API_URL}/openapi.json`, methods: ["GET", "DELETE"] },
  "/asyncapi.json": { path: `${API_URL}/asyncapi.json`, methods: ["GET", "DELETE"] },
  "no application's batch": { path: `${API_URL}/batch/${BATCH_ID}`, methods: ["GET", "DELETE"] },
  "status webhook": { path: ADDRESSES.status, methods: ["POST", "POST", "GET"] },
  "digits webhook": { path: ADDRESSES.digits, methods: ["POST", "POST", "GET"] },
};
export const ROUTE_NAMES = Object.keys(ROUTES);

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

function sentTo(route: string) {
  if (route.includes("webhook")) return webhookBody;
  if (route === "/calls/replay") return filterBody;
  return route === "/application" ? settingsBody : body;
}

/** Mostly whole. */
const cut = fc.oneof(
  { weight: 9, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
);

function on(route: string): fc.Arbitrary<FuzzedRequest> {
  const { path, methods } = ROUTES[route] ?? { path: API_URL, methods: ["GET"] };
  return fc
    .record({
      method: fc.constantFrom(...methods),
      headers,
      sent: sentTo(route),
      extra: fc.oneof({ weight: 4, arbitrary: fc.constant("") }, { weight: 1, arbitrary: query }),
      cut,
    })
    .map(({ cut: by, extra, ...rest }) => {
      const shortened = by === 0 ? path : path.slice(0, Math.max(path.indexOf("/", 8) + 1, path.length - by));
      const url = extra === "" ? shortened : `${shortened}${shortened.includes("?") ? "&" : "?"}${extra}`;
      return asRequest({ route, url, ...rest });
    });
}
const anywhere = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
    headers,
    sent: body,
    path: fc.array(fc.oneof(escaped, fc.constantFrom("call", "batch", "..", "calls", "digits", "%2e%2e")), {
      maxLength: 6,
    }),
  })
  .map(({ path, ...rest }) => asRequest({ route: "anywhere", url: `${API_URL}/${path.join("/")}`, ...rest }));

export const requests: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  { weight: 4, arbitrary: on("POST /call") },
  { weight: 9, arbitrary: fc.constantFrom(...ROUTE_NAMES).chain(on) },
  { weight: 1, arbitrary: anywhere },
);

function asRequest(given: {
  route: string;
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  sent: readonly [string, string | Uint8Array];
}): FuzzedRequest {
  const { route, url, method, headers: sentHeaders, sent } = given;
  const [type, written] = sent;
  const hasBody = method !== "GET" && method !== "HEAD";
  return {
    route,
    url,
    method,
    headers: { ...sentHeaders, ...(hasBody && type !== "" && { "content-type": type }) },
    body: hasBody ? written : undefined,
  };
}

import fc from "fast-check";
import { CREDENTIAL } from "../../packages/functions/test/given.ts";
import { body, sentTo } from "./bodies.ts";
import { ADDRESSES, API_URL, BATCH_ID } from "./door.ts";

export interface FuzzedRequest {
  /** What it is aimed at. */
  readonly route: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

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
  "/tts-prompt/json": { path: `${API_URL}/tts-prompt/json`, methods: ["POST", "POST", "POST", "GET"] },
  "/tts/json": { path: `${API_URL}/tts/json`, methods: ["POST", "POST", "POST", "GET"] },
  "/health": { path: `${API_URL}/health`, methods: ["GET", "HEAD", "POST"] },
  "/setup": { path: `${API_URL}/setup`, methods: ["GET", "OPTIONS"] },
  "/openapi.json": { path: `${API_URL}/openapi.json`, methods: ["GET", "DELETE"] },
  "/asyncapi.json": { path: `${API_URL}/asyncapi.json`, methods: ["GET", "DELETE"] },
  "no application's batch": { path: `${API_URL}/batch/${BATCH_ID}`, methods: ["GET", "DELETE"] },
  "status webhook": { path: ADDRESSES.status, methods: ["POST", "POST", "GET"] },
  "digits webhook": { path: ADDRESSES.digits, methods: ["POST", "POST", "GET"] },
};
export const ROUTE_NAMES = Object.keys(ROUTES);

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

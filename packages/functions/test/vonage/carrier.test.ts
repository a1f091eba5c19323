import { describe, expect, it } from "vitest";
import { carrier } from "../../src/vonage/carrier.ts";
import { SETTINGS } from "../given.ts";
import { closedPort, json, server } from "../http-server.ts";

const uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356";
const reach = (host: string, timeoutSeconds = 5) => carrier({ ...SETTINGS.carrier, host, timeoutSeconds });

const call = {
  to: "+447700900001",
  from: "447700900999",
  ncco: [
    { action: "talk", text: "Your PIN, please", bargeIn: true },
    {
      action: "input",
      type: ["dtmf"],
      dtmf: { maxDigits: 4, timeOut: 5 },
      eventUrl: ["https://hooks.example/digits"],
      eventMethod: "POST",
    },
  ],
  eventUrl: "https://hooks.example/status",
  lengthSeconds: 120,
} as const;

describe("placing a call", () => {
  it("sends the numbers as the carrier writes them, the script untouched, and the customer's own credential", async () => {
    const { url, received } = await server(json(201, { uuid, status: "started", direction: "outbound" }));
    expect(await reach(url).placeCall(call, "the.jwt")).toEqual({ kind: "placed", uuid });
    expect(received.map(({ body, ...request }) => ({ ...request, body: JSON.parse(body) }))).toEqual([
      {
        method: "POST",
        url: "/v1/calls",
        headers: expect.objectContaining({ authorization: "Bearer the.jwt", "content-type": "application/json" }),
        body: {
          to: [{ type: "phone", number: "447700900001" }],
          from: { type: "phone", number: "447700900999" },
          ncco: call.ncco,
          event_url: ["https://hooks.example/status"],
          ringing_timer: 60,
          length_timer: 120,
        },
      },
    ]);
  });

  it("asks for another time to ring where one is given", async () => {
    const { url, received } = await server(json(201, { uuid, status: "started", direction: "outbound" }));
    await reach(url).placeCall({ ...call, ringingSeconds: 20 }, "the.jwt");
    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([{ ringing_timer: 20 }]);
  });

  it.each([
    ["as it does by itself", { mode: "default", beepTimeoutSeconds: 60 }, { mode: "default", beep_timeout: 60 }],
    ["without a beep", { mode: "detect" }, { mode: "detect" }],
  ] as const)(
    "asks for the advanced machine detection alone when that is requested: %s",
    async (_, wanted, advanced) => {
      const { url, received } = await server(json(201, { uuid }));
      await reach(url).placeCall({ ...call, advancedDetection: wanted }, "the.jwt");
      await reach(url).placeCall({ ...call, machineDetection: "hangup", advancedDetection: wanted }, "the.jwt");
      const asked = received.map(({ body }) => JSON.parse(body));
      expect(asked.map((one) => [one.machine_detection, one.advanced_machine_detection])).toEqual([
        [undefined, { behavior: "continue", ...advanced }],
        [undefined, { behavior: "hangup", ...advanced }],
      ]);
    },
  );

  it("leaves it to the carrier from which number it calls, where none is given", async () => {
    const { url, received } = await server(json(201, { uuid }));
    const { from: _from, ...anonymous } = call;
    await reach(url).placeCall(anonymous, "the.jwt");
    const [asked] = received.map(({ body }) => JSON.parse(body));
    expect([asked.from, asked.random_from_number]).toEqual([undefined, true]);
  });

  it("goes to the region that is named, for the call and for all that is asked about it", async () => {
    const { url, received } = await server(json(201, { uuid }));
    await reach(url).placeCall({ ...call, region: "eu-west" }, "the.jwt");
    await reach(url).findCall(uuid, "the.jwt", "eu-west");
    await reach(url).hangUp(uuid, "the.jwt", "eu-west");
    expect(received.map((request) => [request.method, request.url])).toEqual([
      ["POST", "/regions/eu-west/v1/calls"],
      ["GET", `/regions/eu-west/v1/calls/${uuid}`],
      ["PUT", `/regions/eu-west/v1/calls/${uuid}`],
    ]);
  });

  it.each(["continue", "hangup"] as const)("asks for machine detection when requested: %s", async (wanted) => {
    const { url, received } = await server(json(201, { uuid, status: "started", direction: "outbound" }));
    await reach(url).placeCall({ ...call, machineDetection: wanted }, "the.jwt");
    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([{ machine_detection: wanted }]);
  });

  const invalidNumber = { title: "Bad Request", invalid_parameters: [{ name: "to[0].number", reason: "bad" }] };
  const invalidNcco = { title: "Bad Request", invalid_parameters: [{ name: "ncco", reason: "bad" }] };

  it.each([
    [400, invalidNumber, {}, { kind: "refused", reason: "invalid_number" }],
    [400, invalidNcco, {}, { kind: "refused", reason: "dial_refused" }],
    [401, { title: "Unauthorized" }, {}, { kind: "refused", reason: "credential_rejected" }],
    [403, { title: "Forbidden" }, {}, { kind: "refused", reason: "credential_rejected" }],
    [429, {}, {}, { kind: "try_again", throttled: true }],
    [429, {}, { "retry-after": "7" }, { kind: "try_again", throttled: true, retryAfterSeconds: 7 }],
    [429, {}, { "retry-after": "soon" }, { kind: "try_again", throttled: true }],
    [500, { title: "Internal Server Error" }, {}, { kind: "unknown" }],
    [503, {}, { "retry-after": "7" }, { kind: "unknown" }],
  ])("answered %i %j %j is %j", async (httpStatus, body, headers, outcome) => {
    const { url, received } = await server(json(httpStatus, body, headers));
    expect(await reach(url).placeCall(call, "the.jwt")).toEqual({ ...outcome, why: `carrier answered ${httpStatus}` });
    expect(received).toHaveLength(1);
  });

  it.each([
    ["no uuid", { status: "started" }],
    ["a uuid of another type", { uuid: 1 }],
    ["a uuid that is a path", { uuid: "../applications" }],
  ])("answered 201 with %s is unknown", async (_, body) => {
    const { url } = await server(json(201, body));
    const why = "the carrier's answer names no call";
    expect(await reach(url).placeCall(call, "the.jwt")).toEqual({ kind: "unknown", why });
  });

  it.each([
    ["with what is not JSON", "application/json", "<html>"],
    ["with an empty body", "application/json", ""],
    ["in another media type", "text/plain", "ok"],
  ])("answered 201 %s is unknown", async (_, type, body) => {
    const { url } = await server((response) => response.writeHead(201, { "content-type": type }).end(body));
    expect(await reach(url).placeCall(call, "the.jwt")).toMatchObject({ kind: "unknown" });
  });

  it("refused with an HTML page is refused by its status", async () => {
    const { url } = await server((response) => response.writeHead(400, { "content-type": "text/html" }).end("<html>"));
    expect(await reach(url).placeCall(call, "the.jwt")).toEqual({
      kind: "refused",
      reason: "dial_refused",
      why: "carrier answered 400",
    });
  });

  it("not answered in time is unknown, since the carrier may have received it", async () => {
    const { url, received } = await server(() => {});
    expect(await reach(url, 0.05).placeCall(call, "the.jwt")).toMatchObject({ kind: "unknown" });
    expect(received).toHaveLength(1);
  });

  it("refused in an answer that never ends is refused by its status, in time", async () => {
    const { url } = await server((response) =>
      response.writeHead(400, { "content-type": "application/json" }).write('{"title":'),
    );
    // Busy processors need more than a moment to bring the status.
    expect(await reach(url, 1).placeCall(call, "the.jwt")).toEqual({
      kind: "refused",
      reason: "dial_refused",
      why: "carrier answered 400",
    });
  });

  it("cut off after it was sent is unknown", async () => {
    const { url, received } = await server((response) => response.socket?.resetAndDestroy());
    expect(await reach(url).placeCall(call, "the.jwt")).toMatchObject({ kind: "unknown" });
    expect(received).toHaveLength(1);
  });

  it("at a closed port was never sent, and may be tried again", async () => {
    const port = await closedPort();
    expect(await reach(`http://127.0.0.1:${port}`).placeCall(call, "the.jwt")).toEqual({
      kind: "try_again",
      why: "ECONNREFUSED",
    });
  });
});

describe("finding a call", () => {
  it("returns its status, with numbers for the carrier's texts", async () => {
    const { url, received } = await server(
      json(200, { uuid, status: "completed", duration: "12", price: "0.01", rate: "0.10", network: "23410" }),
    );
    expect(await reach(url).findCall(uuid, "the.jwt")).toEqual({
      uuid,
      status: "completed",
      durationSeconds: 12,
      price: "0.01",
      rate: "0.10",
      network: "23410",
    });
    expect(received).toMatchObject([
      { method: "GET", url: `/v1/calls/${uuid}`, headers: { authorization: "Bearer the.jwt" }, body: "" },
    ]);
  });

  it("returns why it ended, and drops malformed fields", async () => {
    const odd = {
      uuid,
      status: "failed",
      detail: "cannot_route",
      duration: "-1",
      price: "free",
      rate: "-1",
      network: "a b",
    };
    const { url } = await server(json(200, odd));
    expect(await reach(url).findCall(uuid, "the.jwt")).toEqual({ uuid, status: "failed", detail: "cannot_route" });
  });

  it("never leaves the path of calls, whatever the call's id", async () => {
    const { url, received } = await server(json(404, {}));
    await reach(url).findCall("../../v2/applications?x=1", "the.jwt");
    await reach(url).hangUp("../../v2/applications?x=1", "the.jwt");
    const path = "/v1/calls/..%2F..%2Fv2%2Fapplications%3Fx%3D1";
    expect(received.map(({ method, url }) => [method, url])).toEqual([
      ["GET", path],
      ["PUT", path],
    ]);
  });

  it("returns only the fields that a live call has", async () => {
    const { url } = await server(json(200, { uuid, status: "ringing", duration: null, price: null }));
    expect(await reach(url).findCall(uuid, "the.jwt")).toEqual({ uuid, status: "ringing" });
  });

  it.each([
    ["does not know it", 404, { title: "Not Found" }],
    ["does not take the credential", 401, {}],
    ["fails", 500, {}],
    ["answers in an unknown status", 200, { uuid, status: "levitating" }],
    ["answers in another form", 200, [1, 2]],
    ["answers nothing", 200, null],
  ])("tells nothing when the carrier %s", async (_, httpStatus, body) => {
    const { url } = await server(json(httpStatus, body));
    expect(await reach(url).findCall(uuid, "the.jwt")).toBeUndefined();
  });

  it("returns undefined in time when the carrier does not answer", async () => {
    const { url } = await server(() => {});
    expect(await reach(url, 0.05).findCall(uuid, "the.jwt")).toBeUndefined();
  });
});

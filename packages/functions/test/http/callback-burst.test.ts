import { describe, expect, it } from "vitest";
import { callbackSender } from "../../src/http/callback-sender.ts";
import { closedPort, json, server } from "../http-server.ts";

const durationMs = expect.any(Number);
const afterMs = expect.any(Number);
const burst = { burst: true };
const send = async (url: string, { timeoutSeconds = 5 } = {}) =>
  await callbackSender({ timeoutSeconds, privateNetworks: true }).send(
    { url, method: "POST", headers: { "webhook-id": "msg_1" }, body: "tid=1" },
    burst,
  );

/** A server that gives these statuses in turn. */
const serverThat = (...statuses: [number, ...number[]]) => {
  const left = [...statuses];
  return server((response) => response.writeHead(left.shift() ?? 200).end());
};

describe("a first attempt", () => {
  it("that fails briefly is repeated in a burst, with the same request each time", async () => {
    const { url, received } = await serverThat(503, 500, 200);
    expect(await send(url)).toEqual({
      httpStatus: 200,
      durationMs,
      afterMs,
      earlier: [
        { httpStatus: 503, durationMs },
        { httpStatus: 500, durationMs, afterMs },
      ],
    });
    expect(received.map(({ headers, body }) => [headers["webhook-id"], body])).toEqual(
      Array.from({ length: 3 }, () => ["msg_1", "tid=1"]),
    );
  });

  it("ends with the third try, and records when each began", async () => {
    const { url, received } = await serverThat(500, 500, 500, 500);
    const answer = await send(url);
    if (answer === "given_up") expect.unreachable(answer);
    const { earlier = [], ...last } = answer;
    expect(received).toHaveLength(3);
    const starts = [...earlier, last].map((answer) => answer.afterMs ?? 0);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts[1]).toBeGreaterThanOrEqual(100);
    expect(new Set(starts).size).toBe(3);
  });

  it("whose connection is refused is repeated", async () => {
    const refused = { failure: "ECONNREFUSED", durationMs };
    expect(await send(`http://127.0.0.1:${await closedPort()}`)).toEqual({
      ...refused,
      afterMs,
      earlier: [refused, { ...refused, afterMs }],
    });
  });

  it("whose connection is reset is repeated", async () => {
    let connections = 0;
    const { url } = await server((response) => {
      connections += 1;
      if (connections === 1) response.socket?.resetAndDestroy();
      else response.end();
    });
    expect(await send(url)).toMatchObject({ httpStatus: 200, earlier: [{ failure: "ECONNRESET" }] });
  });

  it.each([200, 302, 400, 404, 410, 429])("that is answered %i is not repeated", async (httpStatus) => {
    const { url, received } = await serverThat(httpStatus);
    expect(await send(url)).toEqual({ httpStatus, durationMs });
    expect(received).toHaveLength(1);
  });

  it("that is answered with Retry-After is not repeated", async () => {
    const { url, received } = await server(json(503, {}, { "retry-after": "60" }));
    expect(await send(url)).toEqual({ httpStatus: 503, retryAfterSeconds: 60, durationMs });
    expect(received).toHaveLength(1);
  });

  it("that times out is not repeated", async () => {
    const { url, received } = await server(() => {});
    expect(await send(url, { timeoutSeconds: 0.05 })).toEqual({ failure: "timeout", durationMs });
    expect(received).toHaveLength(1);
  });

  it("to an address that is not allowed is not repeated", async () => {
    const { url } = await serverThat(200);
    const sender = callbackSender({ timeoutSeconds: 5, privateNetworks: false });
    expect(await sender.send({ url, method: "GET", headers: {} }, burst)).toEqual({
      failure: "address_not_allowed",
      durationMs,
    });
  });
});

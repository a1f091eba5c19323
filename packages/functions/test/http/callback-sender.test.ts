import { once } from "node:events";
import net from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { callbackSender } from "../../src/http/callback-sender.ts";
import { closedPort, json, server } from "../http-server.ts";

const durationMs = expect.any(Number);
const sender = (options: { timeoutSeconds?: number; privateNetworks?: boolean } = {}) =>
  callbackSender({ timeoutSeconds: 5, privateNetworks: true, ...options });

const single = { burst: false };
const post = (url: string) => ({ url, method: "POST", headers: { "webhook-id": "msg_1" }, body: "to=ü" }) as const;

describe("a callback", () => {
  it("arrives as it is, with its length in bytes", async () => {
    const { url, received } = await server(json(200, {}));
    expect(await sender().send(post(`${url}/result?x=1`), single)).toEqual({ httpStatus: 200, durationMs });
    expect(received).toEqual([
      {
        method: "POST",
        url: "/result?x=1",
        headers: { host: new URL(url).host, connection: "close", "webhook-id": "msg_1", "content-length": "5" },
        body: "to=ü",
      },
    ]);
  });

  it("of GET arrives without a body", async () => {
    const { url, received } = await server(json(204, {}));
    const request = { url: `${url}/result?tid=1`, method: "GET", headers: {} } as const;
    expect(await sender().send(request, single)).toEqual({ httpStatus: 204, durationMs });
    expect(received).toMatchObject([{ method: "GET", url: "/result?tid=1", body: "" }]);
    expect(received[0]?.headers).not.toHaveProperty("content-length");
  });

  it.each([400, 410, 500, 503])("answered %i is reported with that status", async (httpStatus) => {
    const { url } = await server(json(httpStatus, {}));
    expect(await sender().send(post(url), single)).toEqual({ httpStatus, durationMs });
  });

  it.each([301, 302, 307])("answered %i does not follow the redirect", async (httpStatus) => {
    const elsewhere = await server(json(200, {}));
    const { url } = await server((response) => response.writeHead(httpStatus, { location: elsewhere.url }).end());
    expect(await sender().send(post(url), single)).toEqual({ httpStatus, durationMs });
    expect(elsewhere.received).toEqual([]);
  });

  it("does not wait for the end of the answer's body", async () => {
    const { url } = await server((response) => response.writeHead(200).write("and so on"));
    expect(await sender().send(post(url), single)).toEqual({ httpStatus: 200, durationMs });
  });

  it("reports the code of a failed connection", async () => {
    const refused = `http://127.0.0.1:${await closedPort()}`;
    expect(await sender().send(post(refused), single)).toEqual({ failure: "ECONNREFUSED", durationMs });
  });

  it("not answered in time is given up", async () => {
    const { url, received } = await server(() => {});
    expect(await sender({ timeoutSeconds: 0.05 }).send(post(url), single)).toEqual({ failure: "timeout", durationMs });
    expect(received).toHaveLength(1);
  });

  it("answered with a change of protocol is over at once", async () => {
    const listening = net.createServer((socket) => {
      const answer = ["HTTP/1.1 101 Switching Protocols", "connection: upgrade", "upgrade: x", "", ""];
      socket.on("error", () => {}).once("data", () => socket.write(answer.join("\r\n")));
    });
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    const { port } = listening.address() as net.AddressInfo;
    expect(await sender().send(post(`http://127.0.0.1:${port}`), single)).toEqual({ httpStatus: 101, durationMs });
    listening.close();
  });

  it("reports a reset connection", async () => {
    const { url } = await server((response) => response.socket?.resetAndDestroy());
    expect(await sender().send(post(url), single)).toEqual({ failure: "ECONNRESET", durationMs });
  });

  it("reports an answer that is not HTTP", async () => {
    const listening = net.createServer((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH\r\n\r\n"));
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    onTestFinished(() => void listening.close());
    const { port } = listening.address() as net.AddressInfo;
    expect(await sender().send(post(`http://127.0.0.1:${port}`), single)).toEqual({
      failure: expect.stringMatching(/^HPE_/),
      durationMs,
    });
  });

  it("to an address that cannot be used fails without throwing", async () => {
    expect(await sender().send({ ...post("http://a.example"), headers: { broken: "\n" } }, single)).toEqual({
      failure: "ERR_INVALID_CHAR",
      durationMs,
    });
  });
});

describe("how long the receiver asks to wait", () => {
  const answered = async (retryAfter: string) => {
    const { url } = await server(json(503, {}, { "retry-after": retryAfter }));
    return await sender().send(post(url), single);
  };

  it("is taken in seconds", async () => {
    expect(await answered("120")).toEqual({ httpStatus: 503, retryAfterSeconds: 120, durationMs });
  });

  it("is taken as a date", async () => {
    const answer = await answered(new Date(Date.now() + 120_000).toUTCString());
    expect(answer).toEqual({ httpStatus: 503, retryAfterSeconds: expect.any(Number), durationMs });
    const { retryAfterSeconds } = answer as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(110);
    expect(retryAfterSeconds).toBeLessThanOrEqual(120);
  });

  it.each(["0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])("is ignored when it is %s", async (retryAfter) => {
    expect(await answered(retryAfter)).toEqual({ httpStatus: 503, durationMs });
  });
});

describe("an address of a private network", () => {
  it.each([
    ["loopback", (port: number) => `http://127.0.0.1:${port}`],
    ["loopback in short", (port: number) => `http://127.1:${port}`],
    ["loopback as one number", (port: number) => `http://2130706433:${port}`],
    ["loopback in IPv6", (port: number) => `http://[::1]:${port}`],
    ["loopback in IPv6 over IPv4", (port: number) => `http://[::ffff:127.0.0.1]:${port}`],
    ["a name of loopback", (port: number) => `http://localhost:${port}`],
    ["loopback over TLS", (port: number) => `https://127.0.0.1:${port}`],
    ["no address", (port: number) => `http://0.0.0.0:${port}`],
    ["the cloud's own metadata", () => "http://169.254.169.254/latest/meta-data"],
    ["a private range", () => "http://10.0.0.1"],
    ["another private range", () => "http://192.168.0.1"],
    ["a private range of IPv6", () => "http://[fd00::1]"],
  ])("such as %s is not called", async (_, url) => {
    const { port, received } = await server(json(200, {}));
    expect(await sender({ privateNetworks: false }).send(post(url(port)), single)).toEqual({
      failure: "address_not_allowed",
      durationMs,
    });
    expect(received).toEqual([]);
  });
});

import { once } from "node:events";
import net from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { callbackSender } from "../../src/http/callback-sender.ts";
import type { LookupAll } from "../../src/http/guarded-lookup.ts";
import { json, server } from "../http-server.ts";
import { HOSTILE_HOSTS, NOT_GLOBAL } from "./hostile-addresses.ts";

const single = { burst: false };
const durationMs = expect.any(Number);
const post = (url: string) => ({ url, method: "POST", headers: {}, body: "tid=1" }) as const;
const refused = { failure: "address_not_allowed", durationMs };

/** A name that is at these addresses; how often it was looked up is counted. */
function names(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  const lookUp: LookupAll = (_name, _options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: net.isIPv6(address) ? 6 : 4 })),
    );
  };
  const sender = callbackSender({ timeoutSeconds: 2, privateNetworks: false, lookUp });
  return { sender, asked: () => asked };
}

const hostile = Object.values(NOT_GLOBAL).flat();

describe("a result is sent to nobody", () => {
  it("at any address, by number, that is not of the internet at large", async () => {
    const { port, received } = await server(json(200, {}));
    const { sender, asked } = names([]);
    const urls = HOSTILE_HOSTS.map(([host]) => `http://${host}:${port}/`).filter((url) => URL.canParse(url));
    expect(urls.length).toBeGreaterThan(140);
    const byNumber = urls.filter((url) => net.isIP(new URL(url).hostname.replace(/^\[|\]$/g, "")) !== 0);
    expect(byNumber.length).toBeGreaterThan(140);
    for (const url of byNumber) expect(await sender.send(post(url), single), url).toEqual(refused);
    expect([received, asked()]).toEqual([[], 0]);
  });

  it.each(["http", "https"])("at any of them by name, over %s", async (scheme) => {
    const { port, received } = await server(json(200, {}));
    for (const address of hostile)
      for (const addresses of [[address], ["8.8.8.8", address], [address, "2606:4700:4700::1111"]]) {
        const { sender, asked } = names(addresses);
        expect(await sender.send(post(`${scheme}://receiver.example:${port}/`), single), address).toEqual(refused);
        expect(asked()).toBe(1);
      }
    expect(received).toEqual([]);
  });

  it("at a name that has another address by the time it is asked for again", async () => {
    const { port, received } = await server(json(200, {}));
    const { sender, asked } = names(["127.0.0.1"], ["8.8.8.8"]);
    expect(await sender.send(post(`http://receiver.example:${port}/`), { burst: true })).toEqual(refused);
    expect([received, asked()]).toEqual([[], 1]);
  });

  it("at the machine's own name, as it is looked up for real", async () => {
    const { port, received } = await server(json(200, {}));
    const sender = callbackSender({ timeoutSeconds: 2, privateNetworks: false });
    expect(await sender.send(post(`http://localhost:${port}/`), single)).toEqual(refused);
    expect(received).toEqual([]);
  });
});

describe("of a receiver's answer", () => {
  /** Answers without an end; tells how much of it went out before the socket was closed. */
  async function endless({ length }: { length: number }) {
    const closed = Promise.withResolvers<number>();
    const listening = net.createServer((socket) => {
      let isOver = false;
      socket
        .on("error", () => {})
        .on("close", () => {
          isOver = true;
          closed.resolve(socket.bytesWritten);
        });
      socket.once("data", () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
        const more = () => {
          while (!isOver && socket.write(Buffer.alloc(16 * 1024))) {}
        };
        socket.on("drain", more);
        more();
      });
    });
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    onTestFinished(() => void listening.close());
    const { port } = listening.address() as net.AddressInfo;
    return { url: `http://127.0.0.1:${port}/`, closed: closed.promise };
  }

  it("no more than 64 kB are read: then the socket is closed", async () => {
    const length = 10 ** 12;
    const { url, closed } = await endless({ length });
    const sender = callbackSender({ timeoutSeconds: 20, privateNetworks: true });
    expect(await sender.send(post(url), single)).toEqual({ httpStatus: 200, durationMs });
    // What the kernel holds on either side was written, and read by nobody.
    expect(await closed).toBeLessThan(32 * 1024 * 1024);
  });
});

import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startVonageSim } from "@promptcall/vonage-sim/sim";
import { describe, expect, it, onTestFinished } from "vitest";
import { jwtOf, newAccount } from "../../tools/system/caller.ts";
import { freePort, run } from "./processes.ts";

/** A tunnel from an address of its own to a port of this machine. */
async function startTunnel(port: string) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    const { method, url, headers } = request;
    const inside = ask({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    inside.on("error", () => response.writeHead(502).end());
    request.pipe(inside);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

const start = (args: readonly string[], environment: Record<string, string> = {}) =>
  run("npm", ["start", "--silent", "--", ...args], environment);

describe("npm start with a carrier that is not on this machine", () => {
  it("calls through it, hears of calls at its public address, and brings no credential of its own", async () => {
    const [PORT = "", WEBHOOKS_PORT = ""] = await Promise.all([freePort(), freePort()]);
    // In the role of Vonage.
    const carrier = await startVonageSim({ port: 0, speed: 60 });
    onTestFinished(() => carrier.stop());
    const tunnel = await startTunnel(WEBHOOKS_PORT);
    const { child, exited, line } = start(["--carrier", "vonage", "--public-url", tunnel.url], {
      PORT,
      WEBHOOKS_PORT,
      VONAGE_HOST: carrier.url,
    });
    const failed = exited.then(({ stderr }) => Promise.reject(new Error(`It has ended: ${stderr}`)));
    await Promise.race([line(/ready/), failed]);
    failed.catch(() => {});
    const api = `http://127.0.0.1:${PORT}`;
    expect((await fetch(`${api}/_local/jwt`)).status).toBe(404);
    const given = await (await fetch(`${api}/_local/credential`)).json();
    expect(given).toEqual({ carrier: "vonage", callback: `${api}/_local/inbox`, speed: 1 });

    const fields = { to: "447700900001", from: "447700900999", pin_code: "1234", text: "Please enter your PIN." };
    const accepted = await fetch(`${api}/call`, {
      method: "POST",
      headers: { authorization: `Bearer ${await jwtOf(newAccount())}` },
      body: new URLSearchParams({ ...fields, callback: `${api}/_local/inbox` }),
    });
    const { tid, status_url } = (await accepted.json()) as { tid: string; status_url: string };
    const over = await (await fetch(`${status_url}&wait=25`)).json();
    expect(over).toMatchObject({ tid, state: "completed", status: "ok" });
    expect(tunnel.paths.length).toBeGreaterThan(2);
    const { data } = (await (await fetch(`${api}/_local/inbox`)).json()) as { data: object[] };
    expect(data.length).toBeLessThanOrEqual(1);
    child.kill("SIGTERM");
    expect((await exited).code).toBe(0);
  });

  it.each([
    [
      ["--carrier", "vonage"],
      /^Vonage tells of its calls by webhooks.*127\.0\.0\.1:3002, and give its address: npm start -- .*$/,
    ],
    [["--carrier", "nexmo"], /^--carrier is vonage, or left out: then calls are simulated\.$/],
    [["--public-url", "https://tunnel.example"], /^--carrier is vonage, or left out/],
    [
      ["--carrier", "vonage", "--public-url", "http://tunnel.example"],
      /WEBHOOKS_URL must be an address that begins with "https/,
    ],
  ])("%j says in one line what is needed, and exits with 1", async (args, message) => {
    const { code, stderr } = await start(args).exited;
    expect([code, stderr.trim()]).toEqual([1, expect.stringMatching(message)]);
  });
});

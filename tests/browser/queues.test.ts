import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { axeFindings, open } from "./support/page.ts";

/** A customer's server, which can be killed and started again at its place. */
async function startReceiver() {
  let server: Server | undefined;
  let received = 0;
  const begin = async (port: number) => {
    server = createServer((request, response) => {
      received += 1;
      request.resume();
      response.end();
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const kill = () => {
    server?.close();
    server?.closeAllConnections();
  };
  const port = await begin(0);
  onTestFinished(kill);
  return { url: `http://127.0.0.1:${port}/result`, kill, again: () => begin(port), count: () => received };
}

describe("the queues", () => {
  it("show a result parked where its receiver was killed, and send it again once that is back", async () => {
    const receiver = await startReceiver();
    receiver.kill();
    const page = await open("/queues");
    const { authorization } = (await (await page.request.get("/_local/credential")).json()) as {
      authorization: string;
    };
    const { tid } = (await (
      await page.request.post("/call", {
        headers: { authorization },
        form: { to: "447700900005", from: "447700900999", pin_code: "1234", text: "Hi", callback: receiver.url },
      })
    ).json()) as { tid: string };

    await page.getByRole("heading", { name: "Queues" }).waitFor();
    const group = page.getByRole("checkbox", { name: "unreachable at 127.0.0.1" });
    await group.waitFor({ timeout: 50_000 });
    await page.getByRole("img", { name: /^Results parked: now 1/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await receiver.again();
    await group.check();
    await page.getByRole("button", { name: "Send 1 again" }).click();
    await page.getByText("1 sent again. Waiting for the answers.").first().waitFor();
    await page.getByText("1 delivered.").first().waitFor();
    await page.getByText("Nothing is parked.").waitFor();
    expect(receiver.count()).toBe(1);

    await page.goto(`/calls/${tid}`);
    await page.getByRole("heading", { name: "+44•••0005" }).waitFor();
    await page.getByText(/^delivered after \d attempts$/).waitFor();
    const happened = page.getByRole("region", { name: "What happened" });
    await happened.getByText("Result: error, busy").waitFor();
    await happened.getByText(/^Delivery attempt \d: 200 in \d+ ms$/).waitFor();
    await happened.getByRole("checkbox", { name: "Only failures" }).check();
    expect(await happened.getByText(/200 in/).count()).toBe(0);
    await page.getByRole("group", { name: /^Timeline of the call/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});

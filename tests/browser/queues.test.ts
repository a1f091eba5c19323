import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { axeFindings, open } from "./support/page.ts";
import { call, over, startStage } from "./support/stage.ts";

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
    await group.check();
    await page.getByRole("button", { name: "Send 1 again" }).click();
    await page.getByRole("button", { name: "Show the 1" }).click();
    await page.getByRole("heading", { name: "Calls", level: 1 }).waitFor();
    const rows = page.getByRole("region", { name: "Calls", exact: true }).getByRole("row");
    await expect.poll(() => rows.count()).toBe(2);
    await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: /^Queues/ })
      .click();
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

  it("tell of each how many messages wait, and how old the oldest is or when the first is due", async () => {
    const stage = await startStage();
    const page = await open(`${stage.url}/queues`);
    const empty = { waiting: 0, in_hand: 0, dead_letters: 0 };
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
    const queues = [
      { ...empty, name: "Dial", waiting: 1_200, in_hand: 30, oldest_at: inSeconds(-7_300), due_at: inSeconds(60) },
      { ...empty, name: "Timers", waiting: 188, due_at: inSeconds(7_300) },
      { ...empty, name: "Callbacks", dead_letters: 43 },
    ];
    stage.journal.publish({ event: "queue", data: { at: inSeconds(0), queues } });
    const depths = page.getByRole("region", { name: "Queues" });
    await depths.getByRole("row", { name: "Dial 1,200 2 h 1 min 30 0" }).waitFor();
    await depths.getByRole("row", { name: "Timers 188 due in 2 h 1 min 0 0" }).waitFor();
    await depths.getByRole("row", { name: "Callbacks 0 – 0 43" }).waitFor();
  });

  it("leave out what is older than is asked for", async () => {
    const stage = await startStage();
    const callback = (receiver: string) => ({ state: "parked", receiver, attempts: [] }) as const;
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const old = { accepted_at: ago(2), callback: callback("old.example") };
    stage.journal.publish({ event: "call", data: call(1, { ...over, ...old }) });
    stage.journal.publish({
      event: "call",
      data: call(2, { ...over, accepted_at: ago(0), callback: callback("new.example") }),
    });
    const page = await open(`${stage.url}/queues`);
    const letters = page.getByRole("region", { name: "Dead letters" });
    await letters.getByText("2 in 2 groups, kept 14 days").waitFor();
    await letters.getByRole("checkbox", { name: "not sent at old.example" }).waitFor();
    await letters.getByLabel("Since").selectOption("1 hour");
    await letters.getByRole("checkbox", { name: "not sent at old.example" }).waitFor({ state: "detached" });
    await letters.getByRole("checkbox", { name: "All groups that are shown" }).check();
    await letters.getByText("1 result selected").waitFor();
  });
});

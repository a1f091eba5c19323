import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";

vi.mock("sst", () => ({ Resource: { Results: { name: "results" }, Settings: { retentionDays: 2 } } }));
for (const level of ["info", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});

/** Takes requests, and never answers one. */
async function silentTable(): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("hands a result back while there is time, where the table says nothing", async () => {
  const variables = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", await silentTable());
  onTestFinished(() => void vi.unstubAllEnvs());
  const { handler } = await import("../src/lambda.ts");

  const tid = "3b241101-e2bb-4255-8caf-4136c566a962";
  const metadata = { id: `completed_${tid}`, version: 1, tid, application_id: "app", time: "2026-01-01T00:00:00.000Z" };
  const detail = { metadata, data: { to: "+44********01", status: "ok", attempts: 1 } };
  const body = JSON.stringify({ source: "promptcall", "detail-type": "call.completed", detail });
  const Records = [{ messageId: "m1", body }];
  // Should it wait for ever, so does this test.
  expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
});

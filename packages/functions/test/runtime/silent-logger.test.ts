import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it, vi } from "vitest";
import { silentLogger } from "../../src/runtime/silent-logger.ts";
import { json, server } from "../http-server.ts";

it.each([200, 400])("the silent logger makes the SDK copy no request and answer, with status %i", async (status) => {
  const { url } = await server(json(status, {}));
  const client = new SQSClient({
    region: "eu-west-1",
    endpoint: url,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    logger: silentLogger,
  });
  const copies = vi.fn();
  client.middlewareStack.add(
    (next, context) => (args) => {
      Object.assign(context, { inputFilterSensitiveLog: copies, outputFilterSensitiveLog: copies });
      return next(args);
    },
    { step: "initialize", priority: "high" },
  );
  await client.send(new ListQueuesCommand({})).catch(() => {});
  expect(copies.mock.calls).toEqual([]);
});

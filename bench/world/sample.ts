import { fork } from "node:child_process";
import { once } from "node:events";
import type { Stage } from "../stage/stage.ts";
import type { Server } from "./http.ts";
import type { SampleOptions } from "./sample-process.ts";

/** The reference in a process of its own, on the table of a stage. */
export async function startSample({ stage, carrier }: { stage: Stage; carrier: Server }): Promise<Server> {
  const dynamoDb = stage.environment.AWS_ENDPOINT_URL_DYNAMODB ?? "";
  const options: SampleOptions = { carrier: carrier.url, tableName: stage.tableName, dynamoDb };
  const child = fork(new URL("sample-process.ts", import.meta.url), [JSON.stringify(options)]);
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    async stop() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

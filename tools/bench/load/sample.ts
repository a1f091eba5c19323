import { fork } from "node:child_process";
import { once } from "node:events";
import type { Rig } from "../rig/rig.ts";
import type { Server } from "./http.ts";
import type { SampleOptions } from "./sample-process.ts";

/** The reference in a process of its own, on the table of a stage. */
export async function startSample({ stage: rig, carrier }: { stage: Rig; carrier: Server }): Promise<Server> {
  const dynamoDb = rig.environment.AWS_ENDPOINT_URL_DYNAMODB ?? "";
  const options: SampleOptions = { carrier: carrier.url, tableName: rig.tableName, dynamoDb };
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

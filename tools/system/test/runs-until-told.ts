import type { Local } from "@promptcall/local/local";
import { removeEnvironment, saveEnvironment } from "../running.ts";

/** Leaves word under the name that it is given, with its own environment, until it is told to end. */
const [name = "", own = ""] = process.argv.slice(2);
const local = { environment: { OWN: own }, resource: () => ({}) } as unknown as Local;
await saveEnvironment(local, { name, resources: [] });
process.once("message", async () => {
  await removeEnvironment(name);
  process.disconnect();
});
process.send?.("runs");

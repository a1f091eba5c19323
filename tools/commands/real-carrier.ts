import { parseArgs } from "node:util";
import { portFrom } from "../system/ports.ts";
import { VariableError } from "./explain.ts";

const OPTIONS = { carrier: { type: "string" }, "public-url": { type: "string" } } as const;

/** Where Vonage reaches this machine; undefined where calls are simulated. @throws {VariableError} saying what is needed */
export function realCarrier(args: readonly string[]) {
  const { carrier, "public-url": publicUrl } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (carrier === undefined && publicUrl === undefined) return undefined;
  if (carrier !== "vonage") throw new VariableError(`--carrier is vonage, or left out: then calls are simulated.`);
  const webhooksPort = portFrom("WEBHOOKS_PORT", 3002);
  if (publicUrl === undefined)
    throw new VariableError(
      `Vonage tells of its calls by webhooks, so it has to reach this machine. Open a tunnel to http://127.0.0.1:${webhooksPort}, and give its address: npm start -- --carrier vonage --public-url https://…`,
    );
  return { webhooksPort, variables: { WEBHOOKS_URL: publicUrl } };
}

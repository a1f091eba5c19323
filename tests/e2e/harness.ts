import { randomBytes } from "node:crypto";
import { type Account, jwtOf, newAccount, postCall } from "../../scripts/caller.ts";
import { type Customer, type CustomerOptions, startCustomer } from "../../scripts/customer.ts";
import { type System, type SystemOptions, startSystem } from "../../scripts/system.ts";

export interface Harness {
  readonly system: System;
  readonly customer: Customer;
  readonly account: Account;
  readonly jwt: string;
  /** Everything the functions have written to their logs. */
  readonly logLines: readonly string[];
  /** Posts a call with what a test does not care about filled in, and gives back its tid. */
  post(fields: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

export const TEXTS = {
  text: "This is the canary prompt. Please enter your PIN.",
  bye_text: "Canary goodbye.",
  failed_text: "Canary failure, try again.",
};

/** The whole system with a customer of its own; fast, and without the carrier's limit unless a test asks for it. */
export async function startHarness({
  sim = { callsPerSecond: Number.POSITIVE_INFINITY },
  speed = 60,
  local,
  answer,
}: Partial<Pick<SystemOptions, "sim" | "speed" | "local"> & Pick<CustomerOptions, "answer">> = {}): Promise<Harness> {
  const callbackKey = randomBytes(32);
  const account = newAccount();
  const jwt = await jwtOf(account);
  const logLines: string[] = [];
  const system = await startSystem({
    speed,
    sim,
    ...(local && { local }),
    secrets: { CallbackKey: callbackKey.toString("base64url") },
    onLog: ({ line }) => logLines.push(line),
  });
  const customer = await startCustomer({
    callbackKey,
    applicationId: account.applicationId,
    ...(answer && { answer }),
  });
  return {
    system,
    customer,
    account,
    jwt,
    logLines,
    post: (fields) =>
      postCall({
        apiUrl: system.apiUrl,
        ...(fields.private_key === undefined && { jwt }),
        fields: { from: "447700900999", pin_code: "1234", callback: `${customer.url}/result`, ...TEXTS, ...fields },
      }),
    stop: async () => {
      await customer.stop();
      await system.stop();
    },
  };
}

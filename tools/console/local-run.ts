import { type Account, newAccount } from "../system/caller.ts";
import { type System, type SystemOptions, startSystem } from "../system/system.ts";
import { Console } from "./console.ts";
import { isOfPhone } from "./phone.ts";

export interface LocalRun {
  readonly system: System;
  readonly page: Console;
  readonly account: Account;
  stop(): Promise<void>;
}

/** The whole system with its page, as `npm start` has it. */
export async function startLocalRun({
  account = newAccount(),
  ...options
}: SystemOptions & { readonly account?: Account }): Promise<LocalRun> {
  const page = new Console({ account, speed: options.speed });
  const system = await startSystem({
    ...options,
    sim: { ...options.sim, isAtHand: isOfPhone, onCall: page.onCall },
    local: { ...options.local, front: page.front.take },
  });
  try {
    await page.open(system);
  } catch (error) {
    await system.stop();
    throw error;
  }
  return {
    system,
    page,
    account,
    stop: async () => {
      await page.stop();
      await system.stop();
    },
  };
}

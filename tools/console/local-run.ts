import { type Account, newAccount } from "../system/caller.ts";
import { type Stage, type System, type SystemOptions, startStage, startSystem } from "../system/system.ts";
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
  return { ...(await opened({ system, page })), page, account };
}

/** The same with a carrier that is not on this machine, which reaches the webhooks at an address of its own. */
export async function startRealRun(
  options: Parameters<typeof startStage>[0],
): Promise<{ readonly system: Stage; stop(): Promise<void> }> {
  const page = new Console({ account: newAccount(), speed: 1 });
  const system = await startStage({ ...options, local: { ...options.local, front: page.front.take } });
  return await opened({ system, page });
}

async function opened<Started extends Stage>({ system, page }: { readonly system: Started; readonly page: Console }) {
  try {
    await page.open(system);
  } catch (error) {
    await system.stop();
    throw error;
  }
  return {
    system,
    stop: async () => {
      await page.stop();
      await system.stop();
    },
  };
}

import { accountIn, regionFaults } from "./account.ts";
import { concurrencyFaults, concurrencyNote } from "./concurrency.ts";
import type { Fault } from "./fault.ts";
import { secretFaults } from "./secrets.ts";
import { configOf } from "./variables.ts";

export interface Checked {
  readonly faults: readonly Fault[];
  /** What else is worth knowing: of the account where it is right, and what could not be looked at where it is not. */
  readonly notes: readonly string[];
}

const LATER = ["concurrency and secrets are looked at once this is mended"];

/** Everything that a deployment of the stage needs: all that is wrong with it, and not the first of it alone. */
export async function check({ stage, root }: { stage: string; root: string }): Promise<Checked> {
  const { config, faults: wrong } = configOf(stage);
  // Where to ask is not known then.
  if (wrong.some(({ name }) => name === "AWS_REGION")) return { faults: wrong, notes: LATER };

  const [elsewhere, account] = await Promise.all([regionFaults(), accountIn(config.region)]);
  const faults = [...wrong, ...elsewhere, ...account.faults];
  if (account.id === undefined) return { faults, notes: LATER };

  const secrets = await secretFaults({ stage, root });
  const { concurrency } = account;
  if (concurrency === undefined) return { faults: [...faults, ...secrets], notes: [] };
  const of = { stage: config, account: concurrency };
  return {
    faults: [...faults, ...concurrencyFaults(of), ...secrets],
    notes: [`account ${account.id}`, concurrencyNote(of)],
  };
}

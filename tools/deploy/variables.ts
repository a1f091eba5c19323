import { type StageConfig, stageConfig } from "../../stacks/config.ts";
import { type FieldFault, StageConfigError } from "../../stacks/errors.ts";
import type { Fault } from "./fault.ts";

/**
 * What the variables make of the stage, and which of them are wrong. These are taken out of the environment, so that the
 * rest can be looked at: they keep the stage from being deployed in any case.
 */
export function configOf(stage: string): { config: StageConfig; faults: readonly Fault[] } {
  const wrong = wrongOnes(stage);
  for (const { field } of wrong) delete process.env[field];
  const mend = `Set it in the environment or in .env.${stage}: docs/operations/deploy.md#variables-of-a-deployment`;
  return { config: stageConfig(stage), faults: wrong.map(({ field, says }) => ({ name: field, says, mend })) };
}

function wrongOnes(stage: string): readonly FieldFault[] {
  try {
    stageConfig(stage);
    return [];
  } catch (error) {
    if (error instanceof StageConfigError) return error.faults;
    throw error;
  }
}

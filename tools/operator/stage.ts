import { UsageError } from "../../packages/command/src/errors.ts";
import { connect } from "../system/running.ts";

/** Has the environment say where the stage is. Import what reads it after this. */
export async function connectToStage(): Promise<void> {
  if (!(await connect()))
    throw new UsageError(
      "There is no stage here: run it beside npm start, or as npx sst shell --stage <name> -- npm run …",
    );
}

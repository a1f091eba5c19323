import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { ConflictError } from "../errors.ts";
import type { Applications } from "../ports/applications.ts";

const RACES = 20;

/** Changes what is known of an application, whoever else does so at the same time. What is the same is not written. */
export async function changeApplication(
  { applicationId, change }: { applicationId: string; change: (known: ApplicationRecord) => ApplicationRecord },
  { applications }: { applications: Applications },
): Promise<ApplicationRecord> {
  for (let race = 0; race < RACES; race += 1) {
    const seen = await applications.read(applicationId);
    const next = change(seen);
    if (next === seen || (await applications.write(applicationId, { seen, next }))) return next;
  }
  throw new ConflictError(`application ${applicationId}`);
}

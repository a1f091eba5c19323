import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import type { Glance } from "./call-store.ts";

/** What is known of applications. One of which nothing is known is an empty record. */
export interface Applications {
  read(applicationId: string, glance?: Glance): Promise<ApplicationRecord>;
  /** False when somebody else has changed it since it was read. */
  write(
    applicationId: string,
    given: { readonly seen: ApplicationRecord; readonly next: ApplicationRecord },
  ): Promise<boolean>;
}

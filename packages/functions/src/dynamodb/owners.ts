import { ownerOf } from "@promptcall/core/contracts/ids";
import type { Owners } from "../ports/owners.ts";
import { applicationStore } from "./applications.ts";
import type { TableOptions } from "./table.ts";

/** Applications of one account share its loop. */
export function ownerStore(options: TableOptions): Owners {
  const applications = applicationStore(options);
  return {
    async ownerOf(applicationId) {
      const { account } = await applications.read(applicationId);
      return ownerOf({ applicationId, account });
    },
  };
}

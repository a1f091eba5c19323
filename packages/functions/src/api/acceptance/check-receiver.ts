import { type AddressPolicy, faultOf } from "../../http/address-policy.ts";
import type { FieldError } from "../../http/problem.ts";

/** What keeps a result from being sent there, as far as it is known before it is. `url` has passed the schema. */
export function receiverErrors(
  { field, url }: { field: "callback" | "batch_callback"; url: string | undefined },
  policy: AddressPolicy,
): readonly FieldError[] {
  const fault = url === undefined ? undefined : faultOf(new URL(url), policy);
  switch (fault) {
    case undefined:
      return [];
    case "scheme":
      return [{ field, wrong: "has another scheme", expected: "an http or https URL" }];
    case "host":
      return [{ field, wrong: "is at another host", expected: "a host that the application's callback_hosts name" }];
    case "port":
      return [{ field, wrong: "has another port", expected: `one of the ports ${[policy.ports].flat().join(", ")}` }];
    case "address":
      return [{ field, wrong: "is not of the internet at large", expected: "an address that anybody can reach" }];
    default:
      return fault satisfies never;
  }
}

import { UnsupportedComponentError } from "../errors.ts";
import { ApiGatewayV2 } from "./api-gateway-v2.ts";
import { Bus } from "./bus.ts";
import { Dynamo } from "./dynamo.ts";
import { LambdaFunction } from "./function.ts";
import { Linkable } from "./linkable.ts";
import { Queue } from "./queue.ts";
import { Secret } from "./secret.ts";

/** IAM is not imitated: a permission that a link includes is only carried along. */
function permission(args: { actions: readonly string[]; resources: readonly unknown[] }) {
  return { type: "aws.permission", ...args };
}

export const sst = refusingUnknown({
  path: "sst",
  members: {
    Linkable,
    Secret,
    aws: refusingUnknown({
      path: "sst.aws",
      members: { ApiGatewayV2, Bus, Dynamo, Function: LambdaFunction, Queue, permission },
    }),
  },
});

function refusingUnknown<T extends object>({ path, members }: { path: string; members: T }): T {
  return new Proxy(members, {
    get(target, property, receiver) {
      if (typeof property === "string" && !(property in target)) {
        throw new UnsupportedComponentError({ component: `${path}.${property}` });
      }
      return Reflect.get(target, property, receiver);
    },
  });
}

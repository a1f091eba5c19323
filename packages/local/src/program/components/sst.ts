import { UnsupportedComponentError } from "../../errors.ts";
import { ApiGatewayV2 } from "./api-gateway-v2.ts";
import { Bus } from "./bus.ts";
import { Dynamo } from "./dynamo.ts";
import { LambdaFunction } from "./function.ts";
import { Linkable } from "./linkable.ts";
import { permission } from "./permission.ts";
import { Queue } from "./queue.ts";
import { Secret } from "./secret.ts";

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

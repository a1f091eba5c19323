import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { bus } from "../eventbridge/bus.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../runtime/client-timeouts.ts";
import { busName } from "../runtime/resources.ts";

export const eventBridge = withTimeouts(new EventBridgeClient(CLIENT_TIMEOUTS));

export const linkedBus = (name = busName()) => bus({ client: eventBridge, busName: name });

import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { eventBridge } from "./linked-bus.ts";

export async function askBus(name: string): Promise<void> {
  await eventBridge.send(new DescribeEventBusCommand({ Name: name }));
}

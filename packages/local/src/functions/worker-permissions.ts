import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** AWS JSON services by what they call themselves in a request. */
const SERVICES: Readonly<Record<string, string>> = {
  AmazonSQS: "sqs",
  DynamoDB_20120810: "dynamodb",
  AWSEvents: "events",
};

/** The name under which IAM knows an operation, where it is another. */
const ACTIONS: Readonly<Record<string, string>> = {
  "sqs:SendMessageBatch": "sqs:SendMessage",
  "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
};

/** Ends every request to AWS whose action the function was not granted, as AWS itself would refuse it. */
export function refuseUnpermitted({ functionName, actions }: { functionName: string; actions: readonly string[] }) {
  subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const action = actionOf(request.getHeader("x-amz-target"));
    if (action === undefined || isGranted({ action, actions })) return;
    const denied = new Error(
      `The function "${functionName}" is not permitted to ${action}: none of its links grants it.`,
    );
    denied.name = "AccessDeniedException";
    request.destroy(denied);
  });
}

export function actionOf(target: unknown): string | undefined {
  const [service = "", operation = ""] = String(target).split(".");
  if (SERVICES[service] === undefined) return undefined;
  const action = `${SERVICES[service]}:${operation}`;
  return ACTIONS[action] ?? action;
}

export function isGranted({ action, actions }: { action: string; actions: readonly string[] }): boolean {
  return actions.some((granted) =>
    granted.endsWith("*") ? action.startsWith(granted.slice(0, -1)) : granted.toLowerCase() === action.toLowerCase(),
  );
}

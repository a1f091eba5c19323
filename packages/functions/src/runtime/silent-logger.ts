import type { SQSClientConfig } from "@aws-sdk/client-sqs";

type Logger = NonNullable<SQSClientConfig["logger"]>;

/**
 * A logger for AWS clients that has no `info` and `error`: for these the SDK copies every request and answer to redact
 * them.
 */
export const silentLogger = { debug: () => undefined, warn: () => undefined } as Partial<Logger> as Logger;

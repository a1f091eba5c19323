import type { SQSClientConfig } from "@aws-sdk/client-sqs";

type Logger = NonNullable<SQSClientConfig["logger"]>;

/**
 * For clients of AWS. Their own default writes nothing either, but has an `info` and an `error`: for these, the SDK makes
 * a copy of every request and answer without what is secret.
 */
export const silentLogger = { debug: () => undefined, warn: () => undefined } as Partial<Logger> as Logger;

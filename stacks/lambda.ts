import { stageConfig } from "./config.ts";

export const config = stageConfig($app.stage);

/** What every function has in common. 512 MB is where a cold start stops getting faster for bundles of this size. */
export const lambda = {
  runtime: "nodejs24.x",
  architecture: "arm64",
  memory: "512 MB",
  timeout: `${config.timeoutSeconds.consumer} seconds`,
  logging: { format: "json", retention: config.production ? "3 months" : "1 week" },
} as const;

/** How a consumer takes messages: failed records are named one by one, and callers downstream are not flooded. */
export const consumeBy = (maximumConcurrency: number) =>
  ({
    batch: { size: 10, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency } } },
  }) as const;

export const consume = consumeBy(config.maximumConcurrency.consumer);

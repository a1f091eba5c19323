import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";

/** The service itself is not published: it runs from its repository, where this command has another meaning. */
export const devCommand = buildCommand<object, [], Context>({
  docs: {
    brief: "Run the whole service on this machine, in its repository",
    fullDescription:
      "The service runs on this machine from its repository: clone it, npm ci, npm start. It prints the address, and " +
      "calls simulated people.",
  },
  parameters: {},
  func() {
    throw new UsageError(
      "The service runs from its repository. In a clone of it: npm ci && npm start. Then here: --endpoint http://127.0.0.1:3000.",
    );
  },
});

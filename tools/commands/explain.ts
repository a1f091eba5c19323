/** A variable of the environment that has no value to begin with. */
export class VariableError extends Error {
  override readonly name = "VariableError";
}

/** Errors whose message says what to do. By name: the stacks' is bundled anew with each evaluation. */
const SAY_IT_ALL = ["VariableError", "StageConfigError", "ConfigurationError"];

/** One line for what a person can do something about; undefined for everything else. */
export function explain(error: unknown, { command }: { command: string }): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (SAY_IT_ALL.includes(error.name)) return error.message;
  const code = "code" in error ? String(error.code) : "";
  if (code === "EADDRINUSE" && "port" in error)
    return `Port ${error.port} is in use. PORT moves the api, SIM_PORT the simulated carrier.`;
  // The first sentence says what, the others how to write it otherwise.
  if (code.startsWith("ERR_PARSE_ARGS"))
    return `${error.message.split(". ")[0]}. npm run ${command} -- --help tells how it is used.`;
  if (code === "ERR_MODULE_NOT_FOUND")
    return `${error.message}. If it is a package: run npm ci --include=dev --ignore-scripts=false, and then this again.`;
  return undefined;
}

import type { FunctionPool } from "../functions/function-pool.ts";
import { LIMITS } from "../limits.ts";
import type { Program } from "../program/program.ts";
import { apiEndpoint, functionUrlEndpoint, httpHandler } from "./endpoint.ts";
import { type HttpServer, startHttpServer } from "./server.ts";

/** Opens a port for every API and function URL, and settles their urls. Rejects with EADDRINUSE as Node has it. */
export async function startHttp(args: {
  program: Program;
  ports: Readonly<Record<string, number>>;
  /** Whether the gateway, too, waits as long as it takes. */
  untimed: boolean;
  poolOf: (functionName: string) => Promise<FunctionPool>;
  started: HttpServer[];
}): Promise<void> {
  const { program, ports, poolOf, started } = args;
  const apis = program.apis.map(({ name, url, routes }) => ({
    name,
    url,
    kind: apiEndpoint({
      apiId: name.toLowerCase(),
      timeoutSeconds: args.untimed ? undefined : LIMITS.gateway.timeoutSeconds,
      routes: routes.map(({ route, functionName }) => ({ routeKey: route, functionName })),
    }),
  }));
  const urls = program.functions.flatMap(({ name, url }) =>
    url ? [{ name, url, kind: functionUrlEndpoint({ urlId: name.toLowerCase(), functionName: name }) }] : [],
  );
  for (const { name, url, kind } of [...apis, ...urls]) {
    const server = await startHttpServer({ port: ports[name] ?? 0, handle: httpHandler({ kind, poolOf }) });
    started.push(server);
    url.resolve(server.url);
  }
}

import type { FunctionPool } from "../functions/function-pool.ts";
import { LIMITS } from "../limits.ts";
import type { Program } from "../program/program.ts";
import { apiEndpoint, functionUrlEndpoint, httpHandler } from "./endpoint.ts";
import { type Front, type HttpServer, startHttpServer } from "./server.ts";

const NOTHING: Front = () => false;

/** Opens a port for every API and function URL, and settles their urls. Rejects with EADDRINUSE as Node has it. */
export async function startHttp(args: {
  program: Program;
  ports: Readonly<Record<string, number>>;
  /** Whether the gateway, too, waits as long as it takes. */
  untimed: boolean;
  poolOf: (functionName: string) => Promise<FunctionPool>;
  front: Front;
  started: HttpServer[];
}): Promise<void> {
  const { program, ports, poolOf, front, started } = args;
  const apis = program.apis.map(({ name, url, routes }) => ({
    name,
    url,
    front,
    kind: apiEndpoint({
      apiId: name.toLowerCase(),
      timeoutSeconds: args.untimed ? undefined : LIMITS.gateway.timeoutSeconds,
      routes: routes.map(({ route, functionName }) => ({ routeKey: route, functionName })),
    }),
  }));
  const urls = program.functions.flatMap(({ name, url }) =>
    url
      ? [{ name, url, front: NOTHING, kind: functionUrlEndpoint({ urlId: name.toLowerCase(), functionName: name }) }]
      : [],
  );
  for (const { name, url, kind, front } of [...apis, ...urls]) {
    const toFunction = httpHandler({ kind, poolOf });
    const server = await startHttpServer({
      port: ports[name] ?? 0,
      handle: async (request, response) => {
        if (!front(request, response)) await toFunction(request, response);
      },
    });
    started.push(server);
    url.resolve(server.url);
  }
}

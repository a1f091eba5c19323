import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { builtPage } from "./build.ts";
import { addPages, isPage, pageHeaders } from "./pages.ts";
import { addProxy } from "./proxy.ts";

export interface StagePage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the page on this machine before the api of a deployed stage. */
export async function startStagePage({
  api,
  port = 0,
}: {
  readonly api: string;
  readonly port?: number;
}): Promise<StagePage> {
  const pages = new Hono();
  addPages(pages, { folder: await builtPage(), headers: pageHeaders() });
  const stage = new Hono();
  addProxy(stage, { api });
  const toPage = getRequestListener(pages.fetch, { overrideGlobalObjects: false });
  const toStage = getRequestListener(stage.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void (isPage(request) ? toPage : toStage)(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

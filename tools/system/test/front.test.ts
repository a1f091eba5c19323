import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Front } from "../front.ts";

let front: Front;
let url: string;
const server = createServer((request, response) => {
  if (front.take(request, response)) taken.resolve();
  else response.end("the api");
});
let taken: PromiseWithResolvers<void>;

beforeEach(async () => {
  front = new Front();
  taken = Promise.withResolvers();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

it("answers a request that comes before all its routes are there as soon as they are", async () => {
  front.app.get("/_local/one", (c) => c.text("one"));
  const answers = [fetch(`${url}/_local/one`), fetch(`${url}/_local/other`)];
  await taken.promise;
  front.app.get("/_local/other", (c) => c.text("other"));
  front.open();
  expect(await Promise.all(answers.map(async (answer) => await (await answer).text()))).toEqual(["one", "other"]);
});

it("leaves to the api what is not its own", async () => {
  expect(await (await fetch(`${url}/call`)).text()).toBe("the api");
});

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { clientEventTypes, clientTypes } from "../../../tools/commands/client-types.ts";

const root = new URL("../../../", import.meta.url);
const read = (file: string) => readFile(new URL(file, root), "utf8");

it("the client's shapes are those of the api (if not: npm run openapi)", async () => {
  const document = JSON.parse(await read("packages/functions/src/api/openapi/openapi.json"));
  expect(await read("packages/client/src/api.ts")).toBe(await clientTypes(document));
});

it("the client's events are those on the bus (if not: npm run events)", async () => {
  const names = ["batch.completed", "call.completed"];
  const schemas = names.map(async (name) => JSON.parse(await read(`docs/events/${name}.schema.json`)));
  expect(await read("packages/client/src/event-shapes.ts")).toBe(await clientEventTypes(await Promise.all(schemas)));
});

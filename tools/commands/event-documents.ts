import { EVENT_SOURCE } from "@promptcall/core/contracts/event-source";
import { type JsonSchema, jsonSchemaOf } from "@promptcall/core/contracts/json-schema";
import { PUBLISHED } from "@promptcall/core/contracts/published";

interface Entry {
  readonly type: string;
  readonly happened: string;
  /** Of `detail`, as the bus hands it to a subscriber. */
  readonly schema: JsonSchema;
}

const ENTRIES: readonly Entry[] = PUBLISHED.map((event) => {
  const { $schema = "", description = "", properties } = jsonSchemaOf(event, { described: true });
  const { type, ...detail } = properties ?? {};
  const title = String(type?.const);
  const schema = { $schema, title, description, type: "object", properties: detail, required: Object.keys(detail) };
  return { type: title, happened: description, schema };
});

const schemaFile = (type: string) => `${type}.schema.json`;

/** What a subscriber needs to know, from the schemas alone: what each file, by its path from the root, has to say. */
export function eventDocuments({ page }: { page: string }): ReadonlyMap<string, string> {
  const json = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return new Map([
    ["docs/events.md", page.replace(/(?<=<!-- table -->\n).*(?=<!-- end of table -->)/s, table)],
    ["docs/events/asyncapi.json", json(asyncApi())],
    // What the api serves.
    ["packages/functions/src/api/openapi/asyncapi.json", json(asyncApi())],
    ...ENTRIES.map(({ type, schema }) => [`docs/events/${schemaFile(type)}`, json(schema)] as const),
  ]);
}

function table(): string {
  const rows = ENTRIES.map(({ type, happened, schema }) => {
    const { properties = {}, required = [] } = schema.properties?.data ?? {};
    const fields = Object.keys(properties).map((name) => `\`${name}\`${required.includes(name) ? "" : "?"}`);
    return `| [\`${type}\`](events/${schemaFile(type)}) | ${happened} | ${fields.join(", ")} |\n`;
  });
  return ["| event | when | `data` |\n", "| --- | --- | --- |\n", ...rows].join("");
}

function asyncApi() {
  const byType = (of: (entry: Entry) => unknown) =>
    Object.fromEntries(ENTRIES.map((entry) => [entry.type, of(entry)] as const));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Events of Promptcall",
      version: "1",
      description: "As Amazon EventBridge delivers them: at least once, in any order.",
    },
    defaultContentType: "application/json",
    channels: {
      bus: {
        address: null,
        description: "The event bus of one stage; its name is printed when the stage is deployed.",
        messages: byType(({ type }) => ({ $ref: `#/components/messages/${type}` })),
      },
    },
    operations: { publish: { action: "send", channel: { $ref: "#/channels/bus" } } },
    components: { messages: byType(messageOf) },
  };
}

function messageOf({ type, happened }: Entry) {
  return {
    name: type,
    summary: happened,
    payload: {
      schemaFormat: "application/schema+json;version=draft-07",
      schema: {
        type: "object",
        properties: {
          source: { const: EVENT_SOURCE },
          "detail-type": { const: type },
          detail: { $ref: `./${schemaFile(type)}` },
        },
        required: ["source", "detail-type", "detail"],
      },
    },
  };
}

import { HealthySchema } from "@promptcall/core/contracts/answers";
import { withoutChecks } from "@promptcall/core/contracts/json-schema";
import * as z from "zod/mini";
import { createDocument, type ZodOpenApiOverride, type ZodOpenApiPathsObject } from "zod-openapi";
import { BATCH_PATHS } from "./openapi-batches.ts";
import { CALL_PATHS } from "./openapi-call.ts";
import { LIST_PATHS } from "./openapi-lists.ts";
import { OLD_DOOR_PATHS } from "./openapi-old-door.ts";
import { json, SECURITY_SCHEMES } from "./openapi-parts.ts";
import { problems } from "./openapi-problems.ts";
import { WEBHOOKS } from "./openapi-webhooks.ts";

const check = {
  tags: ["service"],
  description: "Asks every part of the cloud that it needs.",
  responses: { 200: json("Table, queues and bus answer", HealthySchema), ...problems(["unhealthy"]) },
};

const SERVICE_PATHS: ZodOpenApiPathsObject = {
  "/setup": { get: { ...check, operationId: "getSetup", summary: "One-time set-up: a check" } },
  "/health": { get: { ...check, operationId: "getHealth", summary: "The same check" } },
  "/openapi.json": {
    get: {
      tags: ["service"],
      operationId: "getOpenApi",
      summary: "This document",
      description: "Made from the schemas that requests are parsed with.",
      responses: { 200: json("OpenAPI 3.1", z.record(z.string(), z.unknown())) },
    },
  },
  "/asyncapi.json": {
    get: {
      tags: ["service"],
      operationId: "getAsyncApi",
      summary: "The events on the bus, as a document",
      description: "Made from the schemas that events are read with.",
      responses: { 200: json("AsyncAPI 3.0", z.record(z.string(), z.unknown())) },
    },
  },
};

/** The OpenAPI document, made from the schemas that parse requests. */
export function openApiDocument() {
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Promptcall",
        version: "0.1.0",
        description: "Phone calls that ask a person for a PIN: one request, one call, one result.",
        contact: { name: "Whoever operates this service" },
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "Where this document was found" }],
      // Each operation that takes more says so.
      security: [],
      tags: [
        { name: "calls", description: "One call" },
        { name: "batches", description: "Many calls at once" },
        { name: "service", description: "The service itself" },
        { name: "results", description: "What is sent to the customer's own server" },
      ],
      paths: { ...CALL_PATHS, ...BATCH_PATHS, ...LIST_PATHS, ...OLD_DOOR_PATHS, ...SERVICE_PATHS },
      webhooks: WEBHOOKS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    { override: plain },
  );
}

/** Of a value that is parsed in steps, what it has to come to; of an answer, nothing that forbids it to gain fields. */
const plain: ZodOpenApiOverride = ({ zodSchema, jsonSchema, io }) => {
  const { def } = zodSchema._zod;
  if (def.type === "pipe" && def.out._zod.def.type !== "transform" && io === "input") {
    for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
    Object.assign(jsonSchema, z.toJSONSchema(def.out));
  }
  if (def.type === "default") jsonSchema.default = def.defaultValue;
  if (def.type === "object" && def.catchall === undefined) delete jsonSchema.additionalProperties;
  withoutChecks(jsonSchema);
};

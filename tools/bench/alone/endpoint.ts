import { createHash, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { newCertificate } from "./certificate.ts";
import { type Answer, end, type Server, serve } from "./http.ts";

/** One request of a function, to whatever it asks. */
export interface Asked {
  /** `DynamoDB_20120810.GetItem`, `POST /v1/calls`. */
  readonly target: string;
  readonly body: string;
  /** Of the invocation that asks. */
  readonly trace: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Endpoint extends Server {
  /** The file with its certificate, which whoever asks has to trust. */
  readonly certificate: string;
  /** Who answers; a scenario puts itself here. */
  answers: (asked: Asked) => Answer | Promise<Answer>;
}

/** AWS, the carrier and customers' servers, for functions that run by themselves. Its certificate is put into the folder. */
export async function startEndpoint(folder: string): Promise<Endpoint> {
  const certificate = await newCertificate(folder);
  const endpoint: Pick<Endpoint, "answers"> = { answers: ({ target, body }) => plainAnswer(target, body) };
  const server = await serve(certificate, async (request, response) => {
    const body = await text(request);
    const { "x-amz-target": operation, "x-amzn-trace-id": trace } = request.headers;
    const target = String(operation ?? `${request.method} ${request.url}`);
    const { headers } = request;
    // It was cut off, as AWS would say as well.
    if (operation !== undefined && body === "") return end(response, { status: 400, body: "{}" });
    end(response, await endpoint.answers({ target, body, trace: String(trace ?? ""), headers }));
  });
  return Object.assign(endpoint, server, { certificate: certificate.file });
}

const md5 = (body: string) => createHash("md5").update(body).digest("hex");
const ok = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });

/** What a caller hears who is not on tape: all is taken, and nothing is found. */
export function plainAnswer(target: string, body: string): Answer {
  if (target === "POST /v1/calls")
    return { status: 201, body: JSON.stringify({ uuid: randomUUID(), status: "started" }) };
  if (target.startsWith("POST ")) return { status: 200, body: "" };
  const asked = JSON.parse(body) as { MessageBody: string; Entries: readonly { Id: string; MessageBody: string }[] };
  switch (target) {
    case "AmazonSQS.SendMessage":
      return ok({ MessageId: randomUUID(), MD5OfMessageBody: md5(asked.MessageBody) });
    case "AmazonSQS.SendMessageBatch":
      return ok({
        Successful: asked.Entries.map(({ Id, MessageBody }) => ({
          ...{ Id, MessageId: randomUUID(), MD5OfMessageBody: md5(MessageBody) },
        })),
      });
    case "AWSEvents.PutEvents":
      return ok({ FailedEntryCount: 0, Entries: asked.Entries.map(() => ({ EventId: randomUUID() })) });
    default:
      return ok({});
  }
}

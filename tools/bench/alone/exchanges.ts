import { kindOfItems } from "../../cost/items-in.ts";
import { type Asked, type Endpoint, plainAnswer } from "./endpoint.ts";
import type { Answer } from "./http.ts";

/** A request, and what was answered to it. */
export interface Exchange extends Asked {
  readonly answer: Answer;
}

/** The same answers to the same invocations, in their order for each kind of request. */
export function again(exchanges: readonly Exchange[]): Endpoint["answers"] {
  const ofTable = (asked: Asked) => asked.target.startsWith("DynamoDB");
  const known = Map.groupBy(exchanges.filter(ofTable), keyOf);
  const asked = new Map<string, number>();
  return (request) => {
    if (!ofTable(request)) return plainAnswer(request.target, request.body);
    const key = keyOf(request);
    const answers = known.get(key) ?? [];
    const count = asked.get(key) ?? 0;
    asked.set(key, count + 1);
    return answers[count % answers.length]?.answer ?? plainAnswer(request.target, request.body);
  };
}

export function isOfApplication({ target, body }: Asked): boolean {
  return target.endsWith(".GetItem") && kindOfItems(JSON.parse(body)) === "application";
}

function keyOf({ target, body, trace }: Asked): string {
  return `${trace} ${target} ${kindOfItems(JSON.parse(body))}`;
}

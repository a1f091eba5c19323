import { type Position, writtenPosition } from "@promptcall/core/call/walk";
import type { Keys } from "@promptcall/core/security/keys";
import { listCursor } from "@promptcall/core/security/list-cursor";
import { type Answer, json } from "../../http/answer.ts";
import type { HttpRequest } from "../../http/request.ts";
import { addressOf } from "../status/address.ts";
import type { Asked } from "./list-query.ts";

export interface Page<Item> {
  readonly data: readonly Item[];
  /** Up to where was looked; undefined where there is nothing behind it. */
  readonly next: Position | undefined;
}

export function cursorOf(
  { next }: Pick<Page<unknown>, "next">,
  { scope, keys }: Pick<Asked<never>, "scope"> & { keys: Keys },
) {
  return next && listCursor({ scope, place: writtenPosition(next), key: keys[0] });
}

/** A page with what leads to the next one, in the body and as a link. */
export function pageAnswer<Item>(
  request: HttpRequest,
  page: Page<Item>,
  of: Pick<Asked<never>, "scope"> & { readonly keys: Keys },
): Answer {
  const next_cursor = cursorOf(page, of);
  if (next_cursor === undefined) return json({ data: page.data });
  const url = addressOf(request, request.url);
  url.searchParams.set("cursor", next_cursor);
  return json({ data: page.data, next_cursor }, { headers: { link: `<${url.href}>; rel="next"` } });
}

import { lengthSeconds, type SpokenParts } from "@promptcall/core/call/call-length";
import { spokenPartsOf } from "@promptcall/core/call/spoken-parts";
import { RETRIED_AT_A_PRICE } from "@promptcall/core/contracts/reasons";
import type { LocalTime } from "@promptcall/core/contracts/records/local-time";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { Guard } from "@promptcall/core/contracts/settings/guard";
import { destinationOf, priceMicrosOf } from "@promptcall/core/guard/rates";
import { type Callee, calleeOf } from "./callee.ts";
import { localTimeOf } from "./local-time-of.ts";
import type { Row } from "./read-call.ts";
import { mostDials } from "./retry-of.ts";

export type PriceSettings = Pick<Settings, "carrier"> & { readonly guard: Guard };

/** A call that was asked for, and what is known of where it goes. */
export interface PricedRow extends Row {
  readonly callee: Callee;
  readonly spoken: SpokenParts;
  readonly destination: string;
  /** When it may be dialed, by the clocks where the number is. */
  readonly localTime: LocalTime | undefined;
  /** The most it may cost. */
  readonly priceMicros: number;
}

/** How many dials may have to be paid for. Nobody pays for one that is not answered. */
function paidDials({ request }: Row): number {
  const { retry_on = [] } = request;
  return retry_on.some((word) => RETRIED_AT_A_PRICE.includes(word)) ? mostDials(request) : 1;
}

/** Where a call goes and what it may cost follow from what was asked for. */
export function pricedRow(row: Row, settings: PriceSettings): PricedRow {
  const callee = calleeOf(row.request.to);
  const spoken = spokenPartsOf(row.request);
  const seconds = lengthSeconds(spoken, settings);
  const priceMicros = priceMicrosOf({ digits: callee.digits, seconds }, settings.guard) * paidDials(row);
  const localTime = localTimeOf({ asked: row.request.local_time, callee });
  return { ...row, localTime, callee, spoken, destination: destinationOf(callee, settings.guard), priceMicros };
}

import { sum } from "../statistics.ts";
import { ASSUMED_MS, OUT_BYTES } from "./assumptions.ts";
import { PRICES, type PriceName } from "./prices.ts";

/** What a PIN call that comes out right at once cannot do without, as long as every promise is kept. */
export interface Needed {
  readonly what: string;
  readonly why: string;
  readonly price: PriceName;
  /** For each call, in the unit of the price: one in a request, or one of 1,000 that are dialed at 30/s. */
  readonly single: number;
  readonly batch: number;
}

/** As many messages as an invocation takes, and calls as a step has. */
const TOGETHER = 10;
const STEP = 30;
const REQUEST = 1_000;
/** Half a unit: a read that may be a moment behind. */
const BEHIND = 0.5;
const GB = 1e9;
const WAITING_GB = 0.25;
const WORKING_GB = 0.5;

type Command = keyof typeof ASSUMED_MS;
const gbSeconds = (gb: number, ...asked: readonly (Command | number)[]) =>
  (gb * sum(asked.map((one) => (typeof one === "number" ? one : ASSUMED_MS[one])))) / 1_000;

const both = (count: number) => ({ single: count, batch: count });
/** What comes with each message: others share the request and the invocation. */
const shared = (count: number) => both(count / TOGETHER);

const messages = { single: 5, batch: 3 + 2 / STEP };

export const NEEDED: readonly Needed[] = [
  { what: "the customer's request", why: "HTTP", price: "apiRequest", single: 1, batch: 1 / REQUEST },
  {
    ...{ what: "an invocation for each webhook", why: "the carrier tells four statuses and asks once what to say" },
    ...{ price: "invocation", ...both(5) },
  },
  {
    ...{ what: "invocations for messages", why: "ten at a time; a step of 30 calls is one" },
    ...{ price: "invocation", single: 1 + messages.single / TOGETHER, batch: 3 / TOGETHER + 2 / STEP },
  },
  {
    ...{ what: "the api waits", why: "for what it reads and writes; a batch for 1,000 calls at once" },
    ...{ price: "gbSecond", batch: gbSeconds(WORKING_GB, "BatchWriteItem") / 25 / 16 },
    single: gbSeconds(WORKING_GB, "GetItem", "UpdateItem", "GetItem", "UpdateItem", "SendMessage"),
  },
  {
    ...{ what: "webhooks wait", why: "until digits and end are on the bus" },
    ...{ price: "gbSecond", ...both(gbSeconds(WAITING_GB, "GetItem", "PutEvents", "PutEvents")) },
  },
  {
    ...{ what: "the dialer waits", why: "for the carrier; a step also dials each call in its moment" },
    ...{ price: "gbSecond", batch: gbSeconds(WAITING_GB, 450, "carrier", "PutItem") / STEP },
    single: gbSeconds(WAITING_GB, "SendMessage", "PutItem", "carrier", "PutItem") / TOGETHER,
  },
  {
    ...{ what: "reducer and dispatcher wait", why: "for the table, the bus and the customer's server" },
    ...{ price: "gbSecond" },
    ...shared(
      gbSeconds(WAITING_GB, "GetItem", "PutItem", "GetItem", "PutItem", "UpdateItem", "PutEvents") +
        gbSeconds(WAITING_GB, "GetItem", "customer", "UpdateItem"),
    ),
  },
  { what: "digits, end and result on the bus", why: "one stream of events", price: "event", ...both(3) },
  {
    ...{ what: "messages", why: "two reports and the result; a call or a step to dial, and its deadline" },
    ...{ price: "queueRequest", ...messages },
  },
  {
    ...{ what: "messages taken and deleted", why: "ten at a time, at once: no batching window" },
    price: "queueRequest",
    ...{ single: (2 * messages.single) / TOGETHER, batch: (2 * 3) / TOGETHER + (2 * 2) / STEP },
  },
  { what: "what is asked for", why: "nothing is lost once it is accepted", price: "writeUnit", ...both(1) },
  { what: "the intent to dial", why: "nobody is called twice", price: "writeUnit", ...both(1) },
  { what: "the carrier's id of the call", why: "it can be hung up and asked about", price: "writeUnit", ...both(1) },
  { what: "digits and end", why: "facts are joined in any order", price: "writeUnit", ...both(2) },
  { what: "words and PIN erased", why: "gone when the call is completed", price: "writeUnit", ...both(1) },
  { what: "the delivery attempt", why: "a result is delivered or parked", price: "writeUnit", ...both(1) },
  { what: "the pace", why: "no two things dial by chance", price: "writeUnit", single: 1, batch: 1 / STEP },
  { what: "calls to the number", why: "no toll fraud", price: "writeUnit", single: 1, batch: 128 / REQUEST },
  { what: "how its route does", why: "no toll fraud; one completed call in four", price: "writeUnit", ...both(0.25) },
  {
    ...{ what: "application and loop read as they are", why: "who asks, and whether there is room" },
    ...{ price: "readUnit", single: 2, batch: 1 / STEP },
  },
  {
    ...{ what: "the call read", why: "to dial, to judge the digits, to fold two reports, to deliver; its attempts" },
    ...{ price: "readUnit", ...both(8 * BEHIND) },
  },
  { what: "records for 30 days", why: "who asks what became of it", price: "tableGbMonth", ...both(1_650 / GB) },
  { what: "their backup", why: "they can be restored", price: "backupGbMonth", ...both(1_650 / GB) },
  {
    ...{
      what: "a line for each unit of work",
      why: "a call can be followed; metrics of what was dialed and delivered",
    },
    ...{ price: "logGb", single: 1_700 / GB, batch: 1_400 / GB },
  },
  { what: "kept for three months", why: "as logs are", price: "logGbMonth", single: 5_100 / GB, batch: 4_200 / GB },
  {
    ...{ what: "requests to carrier and customer", why: "the call and its result", price: "outGb" },
    ...both((OUT_BYTES.carrier + OUT_BYTES.customer + 5 * OUT_BYTES.answerToWebhook) / GB),
  },
];

/** The least that a million calls can cost in this shape, by list prices. */
export function boundUsdPerMillion(of: "single" | "batch"): number {
  return sum(NEEDED.map((needed) => usdOf(needed, of)));
}

export function usdOf({ price, ...needed }: Needed, of: "single" | "batch"): number {
  return needed[of] * 1e6 * PRICES[price].usd;
}

import { REQUEST_GAP_MS, STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { ASSUMED_MS, OUT_BYTES } from "./assumptions.ts";
import { PRICES, type PriceName } from "./prices.ts";
import { sum } from "./sum.ts";

/** How calls come, as far as the least that they can cost depends on it. */
export interface Coming {
  /** Of one request. */
  readonly calls: number;
  /** How many of them are dialed together. */
  readonly step: number;
  /** How many messages, and how many deadlines, an invocation takes. */
  readonly together: number;
  readonly deadlinesTogether: number;
}

/** As many as an invocation takes at the most. */
const MOST_TOGETHER = 10;

/**
 * A message comes alone unless others wait already: no queue has a batching window. Five polls take each at once as long as
 * they are not all at work (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). At 30 calls/s the state
 * queue has 60 messages/s, of 45 ms each: 2.7 of the polls. The dispatcher's wait for customers, 30 x 0.3 s are 9 at once:
 * Lambda adds polls then, five a second, and so they come alone, too. Only deadlines of single calls fall together.
 */
const alone = { together: 1, deadlinesTogether: 1 };
const single = { ...alone, calls: 1, step: 1 };

export const COMING = {
  "batch, 3/s": { ...alone, calls: 300, step: 3 },
  "batch, 30/s": { ...alone, calls: 300, step: 30 },
  "single, 30/s": { ...single, deadlinesTogether: MOST_TOGETHER },
  "single, alone": single,
} as const satisfies Record<string, Coming>;

/** What only a batching window would give. */
export const inTens = (coming: Coming): Coming => ({
  ...coming,
  together: MOST_TOGETHER,
  deadlinesTogether: MOST_TOGETHER,
});

/** What a PIN call that comes out right at once cannot do without, as long as every promise is kept. */
export interface Needed {
  readonly what: string;
  readonly why: string;
  readonly price: PriceName;
  /** For each call, in the unit of the price. */
  readonly count: (coming: Coming) => number;
}

/** Half a unit: a read that may be a moment behind. */
const BEHIND = 0.5;
const GB = 1e9;
const WAITING_GB = 0.25;
const WORKING_GB = 0.5;
const MONTHS_OF_LOGS = 3;
/** The items over which calls of a batch to all numbers are counted. */
const COUNTS = 128;

type Command = keyof typeof ASSUMED_MS;
const gbSeconds = (gb: number, ...asked: readonly (Command | number)[]) =>
  (gb * sum(asked.map((one) => (typeof one === "number" ? one : ASSUMED_MS[one])))) / 1_000;

/** Two reports and the result; what dials the call or its step, and their deadline. */
const sent = ({ step }: Coming) => 3 + 2 / step;
const taken = ({ step, together, deadlinesTogether }: Coming) =>
  (3 + 1 / step) / together + 1 / step / deadlinesTogether;
/** Of the lines and metrics of a call, and of those of what dials it and of its deadline. */
const logBytes = ({ step }: Coming) => 1_400 + 300 / step;
const spreadMs = ({ step }: Coming) => Math.min(STEP_SPREAD_MS, REQUEST_GAP_MS * (step - 1));
const isBatch = ({ calls }: Coming) => calls > 1;
const each = (count: number) => () => count;

export const NEEDED: readonly Needed[] = [
  { what: "the customer's request", why: "HTTP", price: "apiRequest", count: ({ calls }) => 1 / calls },
  {
    ...{ what: "an invocation for each webhook", why: "the carrier tells four statuses and asks once what to say" },
    ...{ price: "invocation", count: each(5) },
  },
  {
    ...{ what: "invocations for request and messages", why: "each message as it comes; a step is one" },
    ...{ price: "invocation", count: (coming) => 1 / coming.calls + taken(coming) },
  },
  {
    ...{ what: "the api waits", why: "for what it reads and writes; a batch for 1,000 calls at once" },
    price: "gbSecond",
    count: (coming) =>
      isBatch(coming)
        ? gbSeconds(WORKING_GB, "BatchWriteItem") / 25 / 16
        : gbSeconds(WORKING_GB, "GetItem", "UpdateItem", "GetItem", "UpdateItem", "SendMessage"),
  },
  {
    ...{ what: "webhooks wait", why: "until digits and end are on the bus" },
    ...{ price: "gbSecond", count: each(gbSeconds(WAITING_GB, "GetItem", "PutEvents", "PutEvents")) },
  },
  {
    ...{ what: "the dialer waits", why: "for the carrier; a step also dials each call in its moment" },
    price: "gbSecond",
    count: (coming) =>
      isBatch(coming)
        ? gbSeconds(WAITING_GB, spreadMs(coming), "carrier", "PutItem") / coming.step
        : gbSeconds(WAITING_GB, "SendMessage", "PutItem", "carrier", "PutItem") / coming.together,
  },
  {
    ...{ what: "reducer and dispatcher wait", why: "for the table, the bus and the customer's server" },
    price: "gbSecond",
    count: ({ together }) =>
      (gbSeconds(WAITING_GB, "GetItem", "PutItem", "GetItem", "PutItem", "UpdateItem", "PutEvents") +
        gbSeconds(WAITING_GB, "GetItem", "customer", "UpdateItem")) /
      together,
  },
  { what: "digits, end and result on the bus", why: "one stream of events", price: "event", count: each(3) },
  {
    ...{ what: "messages", why: "two reports and the result; a call or a step to dial, and its deadline" },
    ...{ price: "queueRequest", count: sent },
  },
  {
    ...{ what: "messages taken and deleted", why: "as they come, at once: no batching window" },
    ...{ price: "queueRequest", count: (coming) => 2 * taken(coming) },
  },
  { what: "what is asked for", why: "nothing is lost once it is accepted", price: "writeUnit", count: each(1) },
  {
    ...{
      what: "its entry in the index",
      why: "calls can be listed, and 10,000 of a batch be counted by 150 read units",
    },
    ...{ price: "writeUnit", count: each(1) },
  },
  { what: "the intent to dial", why: "nobody is called twice", price: "writeUnit", count: each(1) },
  {
    what: "the carrier's id of the call",
    why: "it can be hung up and asked about",
    price: "writeUnit",
    count: each(1),
  },
  { what: "digits and end", why: "facts are joined in any order", price: "writeUnit", count: each(2) },
  { what: "words and PIN erased", why: "gone when the call is completed", price: "writeUnit", count: each(1) },
  { what: "the delivery attempt", why: "a result is delivered or parked", price: "writeUnit", count: each(1) },
  { what: "the pace", why: "no two things dial by chance", price: "writeUnit", count: ({ step }) => 1 / step },
  {
    ...{ what: "calls to the number", why: "no toll fraud; those of a batch, in 128 counts" },
    ...{ price: "writeUnit", count: ({ calls }) => (COUNTS * (1 - (1 - 1 / COUNTS) ** calls)) / calls },
  },
  {
    ...{ what: "how its route does", why: "no toll fraud; one completed call in four" },
    ...{ price: "writeUnit", count: each(0.25) },
  },
  {
    ...{ what: "application and loop read as they are", why: "who asks, and whether there is room" },
    ...{ price: "readUnit", count: (coming) => (isBatch(coming) ? 1 / coming.step : 2) },
  },
  {
    ...{
      what: "the call read",
      why: "to dial, to judge the digits, to fold two reports, to deliver; its attempts, twice",
    },
    ...{ price: "readUnit", count: each(7 * BEHIND) },
  },
  { what: "records for 30 days", why: "who asks what became of it", price: "tableGbMonth", count: each(1_650 / GB) },
  { what: "their backup", why: "they can be restored", price: "backupGbMonth", count: each(1_650 / GB) },
  {
    ...{
      what: "a line for each unit of work",
      why: "a call can be followed; metrics of what was dialed and delivered",
    },
    ...{ price: "logGb", count: (coming) => logBytes(coming) / GB },
  },
  {
    ...{ what: "kept for three months", why: "as logs are", price: "logGbMonth" },
    count: (coming) => (MONTHS_OF_LOGS * logBytes(coming)) / GB,
  },
  {
    ...{ what: "requests to carrier and customer", why: "the call and its result", price: "outGb" },
    count: each((OUT_BYTES.carrier + OUT_BYTES.customer + 5 * OUT_BYTES.answerToWebhook) / GB),
  },
];

/** The least that a million calls can cost in this shape, by list prices. */
export function boundUsdPerMillion(coming: Coming): number {
  return sum(NEEDED.map((needed) => usdOf(needed, coming)));
}

export function usdOf({ price, count }: Needed, coming: Coming): number {
  return count(coming) * 1e6 * PRICES[price].usd;
}

/** The PIN that everybody here knows. */
export const PIN = "1234";

export interface CallRequest {
  readonly to: readonly [{ readonly number: string }];
  readonly event_url: readonly [string];
  readonly ncco: readonly { readonly eventUrl?: readonly string[] }[];
}

interface Webhook {
  readonly url: string;
  readonly body: (timestamp: string) => string;
}

/** What the carrier posts of a call that is answered, in this order: every status, and the right PIN. */
export function webhooksOf({ to, event_url, ncco }: CallRequest, uuid: string): readonly Webhook[] {
  const digitsUrl = ncco.flatMap(({ eventUrl = [] }) => eventUrl)[0] ?? "";
  const call = { uuid, conversation_uuid: `CON-${uuid}`, from: "447700900999", to: to[0].number };
  const webhook = (url: string, of: object): Webhook => ({
    url,
    body: (timestamp) => JSON.stringify({ ...call, timestamp, ...of }),
  });
  const status = (name: string, more = {}) => webhook(event_url[0], { status: name, direction: "outbound", ...more });
  return [
    ...["started", "ringing", "answered"].map((name) => status(name)),
    webhook(digitsUrl, { dtmf: { digits: PIN, timed_out: false } }),
    status("completed", { duration: "12", price: "0.02000000", network: "23420" }),
  ];
}

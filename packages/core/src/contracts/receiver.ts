/** A receiver as a request names it: its address, and what it wants to see of whoever comes there. */
export interface NamedReceiver {
  readonly url: string;
  /** `user:password`. */
  readonly basic?: string;
}

/**
 * Takes the user name and the password out of an address. Undefined where they cannot be sent: a name with a colon ends
 * there, and control characters have no place in either (RFC 7617, 2).
 */
export function namedReceiver(written: string): NamedReceiver | undefined {
  const url = new URL(written);
  if (url.username === "" && url.password === "") return { url: written };
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || password === undefined || user.includes(":")) return undefined;
  url.username = "";
  url.password = "";
  return { url: url.href, basic: `${user}:${password}` };
}

const CONTROL = /\p{Cc}/u;

function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** What is sent of `user:password`, in UTF-8. */
export function basicAuthorization(basic: string): string {
  return `Basic ${Buffer.from(basic).toString("base64")}`;
}

/** As it is shown: a password, and what the query says, is for the receiver alone. */
export function shownAddress(written: string): string {
  const { origin, pathname, search } = new URL(written);
  const shown = search
    .slice(1)
    .split("&")
    .map((part) => (part.includes("=") ? `${part.slice(0, part.indexOf("="))}=***` : "***"));
  return `${origin}${pathname}${search === "" ? "" : `?${shown.join("&")}`}`;
}

/** Whether an application that has named the hosts of its receivers, alone or with a port, has named this one. */
export function isNamedHost(url: URL, hosts: readonly string[]): boolean {
  return hosts.includes(url.hostname) || isNamedWithPort(url, hosts);
}

export function isNamedWithPort(url: URL, hosts: readonly string[]): boolean {
  return hosts.includes(`${url.hostname}:${portOf(url)}`);
}

/** A host as an application names it, in small letters: alone, or with a port. */
export const HOST_PATTERN = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** Undefined where the scheme is neither http nor https. */
export function portOf({ protocol, port }: URL): number | undefined {
  return port === "" ? DEFAULT_PORTS[protocol] : Number(port);
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** The parameters of a result. */
export const RESULT_PARAMETERS = [
  "tid",
  "to",
  "status",
  "reason",
  "not_redialed",
  "choice",
  "digits",
  "reference",
] as const;
export type ResultParameter = (typeof RESULT_PARAMETERS)[number];

/**
 * The parameters of an address that a reader may take for some of the result: readers differ in case, in what they make
 * of brackets and white space, and in whether `;` parts parameters. The signature of a GET covers all of them alike.
 */
export function resultParametersIn({ search }: URL): readonly ResultParameter[] {
  const names = search
    .slice(1)
    .split(/[&;]/)
    .flatMap((part) => [...new URLSearchParams(part).keys()])
    .map((name) => name.split("[")[0]?.trim().toLowerCase() ?? "");
  return RESULT_PARAMETERS.filter((name) => names.includes(name));
}

/** In single quotes, where a shell would read something into it. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

interface Curl {
  readonly url: string;
  readonly authorization: string;
  readonly fields: readonly (readonly [string, string])[];
}

/** What does the same in a shell. Only what would change in a form is encoded. */
export function curlOf({ url, authorization, fields }: Curl): string {
  const lines = fields.map(([name, value]) => {
    const option = /[&+%=?#]/.test(value) ? "--data-urlencode" : "-d";
    return `${option} ${quoted(`${name}=${value}`)}`;
  });
  return [`curl ${quoted(url)}`, `-H ${quoted(`authorization: ${authorization}`)}`, ...lines].join(" \\\n  ");
}

/** `eyJ…Qx4` */
export function shortCredential(authorization: string): string {
  const token = authorization.replace(/^Bearer /, "");
  return `Bearer ${token.slice(0, 3)}…${token.slice(-3)}`;
}

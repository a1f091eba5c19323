/**
 * As Lambda hands it on. All our answers are text: as binary they would be base64, a third longer, and Lambda carries 6 MB
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface JsonOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(value: unknown, { status = 200, headers = {} }: JsonOptions = {}): Answer {
  const type = { "content-type": "application/json" };
  return { statusCode: status, headers: { ...headers, ...type }, body: JSON.stringify(value) };
}

/** The form of every refusal, and the words in which it is made. */
const TITLES = { 400: "Bad Request", 401: "Unauthorized", 413: "Content Too Large", 415: "Unsupported Media Type" };

export const problem = (status: keyof typeof TITLES, code: string, detail: string, errors?: object[]) => ({
  status,
  type: "application/problem+json",
  body: { type: `urn:promptcall:problem:${code}`, title: TITLES[status], status, detail, ...(errors && { errors }) },
});

/** The answer to a request in which exactly these fields are wrong. */
export const wrong = (...errors: [field: string, wrong: string, expected: string][]) =>
  problem(
    400,
    "invalid_request",
    `Wrong: ${errors.map(([field]) => field).join(", ")}. Nothing was accepted.`,
    errors.map(([field, wrong, expected]) => ({ field, wrong, expected })),
  );

/** What is said to be expected of each field. */
export const EXPECTED = {
  TO: "an E.164 number of 7 to 15 digits, with or without +",
  FROM: "an E.164 number of your account, 7 to 15 digits, with or without +",
  TEXT: "text of 1 to 1500 characters",
  MESSAGE: "text of 1 to 500 characters",
  PIN: "1 to 20 digits, as text so that leading zeros are kept",
  DIGITS: "1 to 20 digits",
  SECRET: "whsec_ and 24 to 64 bytes in base64",
  URL: "an http or https URL",
  METHOD: "GET or POST",
  APP_ID: "the id of a Vonage application",
  KEY: "an RSA private key of 2048 to 4096 bits in PEM form",
};

/** Of all prices here: the carrier's. */
export const CURRENCY = "EUR";

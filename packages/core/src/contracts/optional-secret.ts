/** What stands in an optional secret that is not set: SST has no secret without a value. */
export const NOT_SET = "none";

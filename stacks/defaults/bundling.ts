/**
 * How functions are bundled: here, and by whatever measures or tests them as they are deployed.
 *
 * What is imported dynamically is in files of its own, which a cold start does not read: what few requests need. Functions
 * are not called by their names while they run, nor are errors: to keep the names would be a call for each function that is
 * made.
 *
 * On Lambda, credentials are in the environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). The
 * SDK's other ways to find them are never imported there, nor what is for browsers, nor what is for streams of events. Left in, they are files of the package, and what they share with the rest is
 * read by each start. Who comes to one of them after all is told that a module was not found.
 */
export const bundling = {
  splitting: true,
  esbuild: {
    keepNames: false,
    external: [
      "@aws-sdk/credential-provider-http",
      "@aws-sdk/credential-provider-ini",
      "@aws-sdk/credential-provider-process",
      "@aws-sdk/credential-provider-sso",
      "@aws-sdk/credential-provider-web-identity",
      "@smithy/credential-provider-imds",
      "@smithy/core/event-streams",
      "bowser",
    ],
  },
};

/** What `npm start` says once it is ready: a request that works as it is printed, with the credential of this run. */
export function firstRequest(apiUrl: string): string {
  return `Try it in another terminal. The result comes to ${apiUrl}/_local/inbox:

  curl -s ${apiUrl}/call -H "authorization: Bearer $(curl -s ${apiUrl}/_local/jwt)" \\
    -d to=447700900001 -d from=447700900999 -d pin_code=1234 \\
    -d text='Please enter your PIN.' -d callback=${apiUrl}/_local/inbox
`;
}

/** The same where calls are real: with a credential, and between numbers, of the reader's own. */
export function firstRealRequest(apiUrl: string): string {
  return `Calls are real, and cost what they cost. Try it in another terminal, with your application, its key and your numbers:

  curl -s ${apiUrl}/call -H "authorization: Bearer $(npm run -s jwt -- private.key <application id>)" \\
    -d to=<your number> -d from=<a number of your account> -d pin_code=1234 \\
    -d text='Please enter your PIN.' -d callback=${apiUrl}/_local/inbox
`;
}

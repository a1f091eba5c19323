/** As `Promise.all`, but a failure is only told once everything has come to its end: what did start can then be stopped. */
export async function allOrFirstFailure<T extends readonly unknown[] | []>(promises: T) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** For `catch`: an error of this class is as good as none. */
export const ignoring = (expected: abstract new (...args: never[]) => Error) => (error: unknown) => {
  if (!(error instanceof expected)) throw error;
};

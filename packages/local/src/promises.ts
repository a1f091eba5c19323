/** Like `Promise.all`, but rejects only after all promises settled, so that whatever did start can be stopped. */
export async function allOrFirstFailure<T extends readonly unknown[] | []>(promises: T) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** For `catch`: an error of this class is as good as none. */
export const ignoring = (expected: abstract new (...args: never[]) => Error) => (error: unknown) => {
  if (!(error instanceof expected)) throw error;
};

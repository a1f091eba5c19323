/** As `Promise.all`, but a failure is only told once everything has come to its end: what did start can then be stopped. */
export async function allOrFirstFailure<T extends readonly unknown[] | []>(promises: T) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

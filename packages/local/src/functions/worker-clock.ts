/** From here on, whoever asks this thread for the time is told a later one. */
export function setClockAhead(ms: number): void {
  const { now } = Date;
  Date.now = () => now() + ms;
  globalThis.Date = new Proxy(Date, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length > 0 ? given : [target.now()], newTarget),
  });
}

const WINDOW_MS = 1000;

/** At most `perSecond` admissions in any second, for each key. What is refused is not counted. */
export function createRateLimit(perSecond: number, nowMs: () => number): (key: string) => boolean {
  const admitted = new Map<string, number[]>();
  return (key) => {
    if (perSecond === Number.POSITIVE_INFINITY) return true;
    const now = nowMs();
    const recent = (admitted.get(key) ?? []).filter((at) => now - at < WINDOW_MS);
    const admits = recent.length < perSecond;
    if (admits) recent.push(now);
    admitted.set(key, recent);
    return admits;
  };
}

/** Whether what is on record of this call is among the share that cannot be read: the same call, whoever asks. */
export function isBadRecord(tid: string, share: number): boolean {
  return Number.parseInt(tid.slice(0, 8), 16) / 2 ** 32 < share;
}

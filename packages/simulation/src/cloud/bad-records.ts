/** Whether the record of this call is among the unreadable share; the same answer every time. */
export function isBadRecord(tid: string, share: number): boolean {
  return Number.parseInt(tid.slice(0, 8), 16) / 2 ** 32 < share;
}

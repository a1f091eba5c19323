export interface Seal {
  seal(credential: string, tid: string): Promise<string>;
  /** @throws {SealError} */
  open(sealed: string, tid: string): Promise<string>;
}

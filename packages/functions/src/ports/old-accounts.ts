/** Whose an API key of the deprecated API is, and the private key that its secret opens. */
export interface OldAccount {
  readonly applicationId: string;
  readonly privateKey: string;
}

export interface OldAccounts {
  /** Undefined where that key is not registered, or its secret is another. */
  open(asked: { readonly apiKey: string; readonly secret: string }): Promise<OldAccount | undefined | "too_many_tries">;
}

export interface Queue<Message> {
  /** Hands the message over no sooner than `notBefore`, in as many hops as that takes. */
  send(message: Message, options?: { readonly delaySeconds?: number }): Promise<void>;
  /** Several at once, none of which names a time. */
  sendAll(messages: readonly Message[]): Promise<void>;
}

export interface Queue<Message> {
  /** Sends a message, delayed until its `not_before`. */
  send(message: Message, options?: { readonly delaySeconds?: number }): Promise<void>;
  /** Sends several messages without a delay. */
  sendAll(messages: readonly Message[]): Promise<void>;
}

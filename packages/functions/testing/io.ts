/** How a fake carries out a request: at once, or through a process that may crash. */
export type Io = <Value>(effect: () => Value) => Promise<Value>;

export const immediately: Io = async (effect) => effect();

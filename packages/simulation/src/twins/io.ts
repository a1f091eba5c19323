/** How a twin does what it is asked: at once, or by way of a process that may die over it. */
export type Io = <Value>(effect: () => Value) => Promise<Value>;

export const atOnce: Io = async (effect) => effect();

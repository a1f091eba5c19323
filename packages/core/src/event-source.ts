/** The name under which everything of ours is put on the bus. Apart from the events: who publishes needs none of their schemas. */
export const EVENT_SOURCE = "promptcall";

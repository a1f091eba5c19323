/** The source of all our events. In a file of its own because publishing does not need the schemas. */
export const EVENT_SOURCE = "promptcall";

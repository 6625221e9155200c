/** The wall clock of the gateway. This is the only file that reads it; tests pass one of their own. */
export type Clock = { now(): Date };

export const wallClock: Clock = { now: () => new Date() };

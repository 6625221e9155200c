import type { Context } from '../context.ts';

/** What the pages need of the process they run in: in a sandbox they move the clock and play scenarios, as the API does. */
export type PagesContext = Context;

import type { Knex } from 'knex';

/** One step forward. There is no way back: a mistake is mended by the next step. */
export type Migration = { name: string; up(db: Knex): PromiseLike<unknown> };

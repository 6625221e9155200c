import type { Knex } from 'knex';
import type { Danger } from '../src/dangers.ts';

/** One step forward. There is no way back: a mistake is mended by the next step. */
export type Migration = {
  name: string;
  up(db: Knex): PromiseLike<unknown>;
  /**
   * Set for what waits for others and holds up nobody: indexes made or dropped concurrently, constraints validated, rows filled
   * in by batches. It runs outside a transaction and without a lock timeout, and has to bear being run again after it was
   * cut off half-way (an index that was cut off is left behind and invalid: drop it first).
   */
  concurrently?: true;
  /** Dangerous forms that hold up nobody here, each with the reason why. */
  accepted?: Partial<Record<Danger, string>>;
};

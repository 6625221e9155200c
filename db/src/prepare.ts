import { createHash } from 'node:crypto';

/** What knex hands to pg for one statement; without a name, PostgreSQL parses and plans it anew each time. */
type Statement = { text?: unknown; values?: unknown[]; name?: string };

type Connection = { query(statement: unknown, ...rest: unknown[]): unknown };

/** A statement is prepared when it comes so often: one that comes once would cost a plan and be kept for nothing. */
const TIMES_BEFORE_NAMED = 5;
/** Texts with lists of many lengths are many: so many are watched, and kept by each connection, at most. */
const WATCHED_MAX = 5_000;
const NAMED_MAX = 1_000;

/**
 * Names the statements that come often, so that each connection parses and plans them once: planning took most of the
 * database's time. As in PgJDBC, whose threshold of five this is.
 */
export class StatementNames {
  readonly #times = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** The name for this text; undefined while it is to be sent without one. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const times = (this.#times.get(text) ?? 0) + 1;
    if (times < TIMES_BEFORE_NAMED || this.#names.size >= NAMED_MAX) {
      if (this.#times.size >= WATCHED_MAX) this.#times.clear();
      this.#times.set(text, times);
      return undefined;
    }
    this.#times.delete(text);
    const name = `${this.#generation}-${createHash('sha256').update(text).digest('base64url')}`;
    this.#names.set(text, name);
    return name;
  }

  /** Prepares everything anew: what was prepared may stand for a table as it was before a migration. */
  renew(): void {
    this.#generation += 1;
    this.#names.clear();
  }
}

/** Makes `connection` (of pg, as knex uses it: with a callback) prepare what comes often. */
export function prepareStatements(connection: Connection, names: StatementNames): void {
  const query = connection.query.bind(connection);
  connection.query = (statement, ...rest) => {
    const name = isNameable(statement) ? names.nameOf(statement.text) : undefined;
    if (name === undefined) return query(statement, ...rest);
    const [answer] = rest;
    const done = (error: unknown, result: unknown): void => {
      if (isStalePlan(error)) names.renew();
      (answer as typeof done)(error, result);
    };
    return query({ ...(statement as Statement), name }, typeof answer === 'function' ? done : answer);
  };
}

/** What has no values is a command such as `begin`; what is no plain object knows by itself what to do. */
function isNameable(statement: unknown): statement is Statement & { text: string } {
  const { text, values, name } = (statement ?? {}) as Statement;
  return typeof text === 'string' && name === undefined && values !== undefined && values.length > 0;
}

/**
 * Whether `error` says that a prepared statement no longer fits its table, because a migration added a column while we
 * ran. The transaction has to be begun again.
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { code?: unknown; routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

import { createHash } from 'node:crypto';
import { Query } from 'pg';

/** What knex hands to pg for one statement; without a name, PostgreSQL parses and plans it anew each time. */
type Statement = { text?: unknown; values?: unknown[]; name?: string };

type Connection = {
  query(statement: unknown, ...rest: unknown[]): unknown;
  queryInTransaction?: (statement: unknown, answer: Answer) => unknown;
};

type Answer = (error: unknown, result: unknown) => void;

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
  const naming =
    (send: (statement: unknown, ...rest: unknown[]) => unknown) =>
    (statement: unknown, ...rest: unknown[]): unknown => {
      const name = isNameable(statement) ? names.nameOf(statement.text) : undefined;
      if (name === undefined) return send(statement, ...rest);
      const answer = typeof rest[0] === 'function' ? renewing(names, rest[0] as Answer) : undefined;
      return send(namedQuery(statement as Statement, name, answer), answer);
    };
  connection.query = naming(connection.query.bind(connection));
  if (connection.queryInTransaction)
    connection.queryInTransaction = naming(connection.queryInTransaction.bind(connection) as never);
}

function renewing(names: StatementNames, answer: Answer): Answer {
  return (error, result) => {
    if (isStalePlan(error)) names.renew();
    answer(error, result);
  };
}

/**
 * The statement as pg itself would make it of its description, which it copies property by property: that takes longer than
 * all else it does for a statement. A description that says more than text and values is left to pg.
 */
function namedQuery(statement: Statement, name: string, answer: Answer | undefined): unknown {
  const { text, values } = statement;
  if (typeof text !== 'string' || !answer || Object.keys(statement).length > 2) return { ...statement, name };
  return Object.assign(new Query(text, values, answer as () => void), { name });
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

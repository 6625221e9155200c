import knex from 'knex';
import type { Knex } from 'knex';
import type { ClientConfig } from 'pg';
import { prepareStatements, StatementNames } from './prepare.ts';
import { sendTogether } from './together.ts';
import { types } from './types.ts';

/** How long a query waits for a free connection before the caller is told that the database is busy. */
const ACQUIRE_TIMEOUT_MS = 5_000;

const ignore = (): void => undefined;

export type ConnectOptions = {
  /** Most connections at once; 10 when not given. */
  max?: number;
  /** What pg_stat_activity shows; a name inside the URL wins. */
  applicationName?: string;
  /**
   * Whether connections prepare the statements that come often; they do unless told otherwise. A pooler in between that
   * hands out connections by the transaction and knows nothing of prepared statements (PgBouncer before 1.21) breaks it.
   */
  prepare?: boolean;
};

/**
 * A pool of connections to the database at `url` (`postgresql://user@host/name`, or a socket's folder as
 * `?host=/folder`). Connects at the first query. int8 is read as bigint, date as 'YYYY-MM-DD', numeric as
 * string, timestamptz as Date. A connection that breaks while idle is dropped by the pool and does not
 * end the process. The caller ends the pool with `destroy()`.
 */
export function connect(url: string, options: ConnectOptions = {}): Knex {
  const connection: ClientConfig & { pipeline: boolean } = {
    connectionString: url,
    application_name: options.applicationName ?? 'morrow',
    types,
    pipeline: true,
  };
  const names = new StatementNames();
  const prepare = options.prepare ?? true;
  const afterCreate = (made: never, done: (error: unknown, connection: never) => void): void => {
    sendTogether(made, { prepare });
    if (prepare) prepareStatements(made, names);
    done(undefined, made);
  };
  return knex({
    client: 'pg',
    connection: connection as Knex.PgConnectionConfig,
    pool: { min: 0, max: options.max ?? 10, afterCreate },
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    // An error message with its bindings filled in would carry personal data into logs.
    compileSqlOnError: false,
    // Its warnings repeat errors that the caller gets anyway, as plain text on stdout.
    log: { warn: ignore, error: ignore, debug: ignore, deprecate: ignore },
  });
}

/** The settings with which `db` connects, for those who need a connection outside its pool. */
export function connectionOf(db: Knex): ClientConfig {
  const client = db.client as { config: { connection: ClientConfig } };
  return client.config.connection;
}

import type { EventEmitter } from 'node:events';
import type { Knex } from 'knex';

/** What PostgreSQL says of each statement behind the one that failed. */
export const aborted = '25P02';

/**
 * Sends a statement as it is written, before whatever is asked for after it. For what every order does: the builder
 * composes and compiles its text anew each time, which costs more than the database does for it.
 */
export type Query = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** Whether all that is told is that another statement failed before. */
export const isAborted = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === aborted;

/** What the database refused last before it said only that the transaction is aborted. */
export type Heard = { cause?: unknown; stop: () => void };

/**
 * Listens to the connection itself. A refusal is told to the statement that met it, and whoever asked for several at once
 * may hear first of another one's, which says nothing of the cause; or has stopped to listen.
 */
export function hearRefusals({ connection }: Connection, heard: Heard): void {
  const listen = (refusal: unknown): void => {
    if (!isAborted(refusal)) heard.cause = refusal;
  };
  connection.on('errorMessage', listen);
  heard.stop = () => connection.off('errorMessage', listen);
}

type Connection = {
  queryInTransaction(
    statement: { text: string; values: readonly unknown[] },
    done: (error: Error | null, result: { rows: never[] }) => void,
  ): void;
  /** What of pg's protocol is told to those who listen. */
  connection: EventEmitter;
};

/** What of knex's client its types do not tell. */
type Client = Knex.Client & { acquireConnection(): Promise<Connection> };

/** Sends statements on the transaction's own connection; those who listen to the builder's hear of them, too. */
export async function queryOn(sql: Knex.Transaction, db: Knex): Promise<Query> {
  return queryBy(await connectionOf(sql), sql, db);
}

export function connectionOf(sql: Knex.Transaction): Promise<Connection> {
  return (sql.client as Client).acquireConnection();
}

export function queryBy(connection: Connection, sql: Knex.Transaction, db: Knex): Query {
  const client = sql.client as Client;
  const isHeard = db.listenerCount('query') + db.listenerCount('query-response') > 0;
  return (text, values) => {
    if (sql.isCompleted()) return Promise.reject(new Error('the transaction is over'));
    const told = { sql: text, bindings: values };
    if (isHeard) client.emit('query', told);
    return new Promise((resolve, reject) => {
      connection.queryInTransaction({ text, values }, (error, result) => {
        if (error) {
          reject(error);
          return;
        }
        if (isHeard) client.emit('query-response', result.rows, told);
        resolve(result.rows);
      });
    });
  };
}

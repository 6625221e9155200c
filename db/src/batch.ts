import { Query } from 'pg';

/** What a query of pg does on the wire, which its types do not tell. */
type Wire = {
  parsedStatements: Record<string, string | undefined>;
  sync(): void;
  close(statement: unknown): void;
};

/** A connection on which what pg does to end a query that stands alone does nothing. */
export type QuietWire = Wire & { hasClosed: boolean };

/** Made once for a connection. */
export function quietWire(wire: unknown): QuietWire {
  const quiet = Object.create(wire as Wire) as QuietWire;
  return Object.assign(quiet, {
    hasClosed: false,
    sync: () => undefined,
    close: () => void (quiet.hasClosed = true),
  });
}

type Handled = {
  name?: string;
  _result: { _types?: unknown };
  prepare(wire: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
  handleError(error: unknown, wire: Wire): void;
};

/** What PostgreSQL says of each statement behind the one that failed. */
const aborted = { code: '25P02', severity: 'ERROR' };

/**
 * Statements of one transaction, each prepared before, that end with one Sync instead of one each: PostgreSQL writes to the
 * socket at every Sync, and whoever reads wakes up as often. When one fails, those behind it are not done, as in any
 * transaction. To pg it is one query.
 */
export class Batch extends Query {
  readonly #queries: Handled[] = [];
  readonly #quiet: QuietWire;
  #at = 0;

  constructor(quiet: QuietWire) {
    super('');
    this.#quiet = quiet;
  }

  add(query: Query): void {
    this.#queries.push(query as unknown as Handled);
  }

  /** Sends all of them; called by pg, as what follows is. */
  override submit = (connection: unknown): void => {
    const { _result: own } = this as unknown as Handled;
    const { _types: types } = own;
    for (const query of this.#queries.splice(0)) {
      const { _result: result } = query;
      Object.assign(result, { _types: types });
      this.#quiet.hasClosed = false;
      query.prepare(this.#quiet);
      // Where its values could not be written it was told so, and nothing was sent.
      if (!this.#quiet.hasClosed) this.#queries.push(query);
    }
    (connection as Wire).sync();
  };

  handleRowDescription(message: unknown): void {
    this.#queries[this.#at]?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#queries[this.#at]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    const query = this.#queries[this.#at];
    this.#at += 1;
    query?.handleCommandComplete(message, wire);
    query?.handleReadyForQuery(wire);
  }

  handleError(error: unknown, wire: Wire): void {
    const [failed, ...behind] = this.#queries.slice(this.#at);
    this.#at = this.#queries.length;
    failed?.handleError(error, wire);
    const isRefused = typeof (error as { code?: unknown }).code === 'string';
    for (const query of behind) {
      const message = 'current transaction is aborted, commands ignored until end of transaction block';
      query.handleError(isRefused ? Object.assign(new Error(message), aborted) : error, wire);
    }
  }

  /** The end of all; each was told at its own. */
  handleReadyForQuery(): void {
    this.#at = this.#queries.length;
  }
}

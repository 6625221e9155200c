import { Query } from 'pg';

/** What a query of pg does on the wire, which its types do not tell. */
type Wire = {
  parsedStatements: Record<string, string | undefined>;
  sync(): void;
  close(statement: unknown): void;
  describe(portal: unknown): void;
};

/** How pg reads the rows of a statement; nothing where it has none. */
type RowForm = { fields?: unknown; _parsers?: unknown; _prebuiltEmptyResultObject?: unknown };

/**
 * A connection on which what pg does to end a query that stands alone does nothing, and which asks how the rows of a
 * prepared statement look only once: a plan that would answer with others is refused by PostgreSQL (`isStalePlan`).
 */
export type QuietWire = Wire & {
  hasClosed: boolean;
  isDescribed: boolean;
  readonly forms: Map<string | undefined, RowForm>;
};

/** Made once for a connection. */
export function quietWire(wire: unknown): QuietWire {
  const quiet = Object.create(wire as Wire) as QuietWire;
  return Object.assign(quiet, {
    hasClosed: false,
    isDescribed: false,
    forms: new Map<string | undefined, RowForm>(),
    describe: (portal: unknown) => void (quiet.isDescribed || (wire as Wire).describe(portal)),
    sync: () => undefined,
    close: () => void (quiet.hasClosed = true),
  });
}

type Handled = {
  name?: string;
  _result: RowForm & { _types?: unknown };
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
      const form = this.#quiet.forms.get(query.name);
      const { _result: result } = query;
      Object.assign(result, form ?? { _types: types });
      Object.assign(query, { _accumulateRows: true });
      this.#quiet.isDescribed = form !== undefined;
      this.#quiet.hasClosed = false;
      query.prepare(this.#quiet);
      // Where its values could not be written it was told so, and nothing was sent.
      if (!this.#quiet.hasClosed) this.#queries.push(query);
    }
    (connection as Wire).sync();
  };

  handleRowDescription(message: unknown): void {
    const query = this.#queries[this.#at];
    query?.handleRowDescription(message);
    if (!query) return;
    const { _result: result } = query;
    const { fields, _parsers, _prebuiltEmptyResultObject } = result;
    this.#quiet.forms.set(query.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  handleDataRow(message: unknown): void {
    this.#queries[this.#at]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    const query = this.#queries[this.#at];
    this.#at += 1;
    if (query && !this.#quiet.forms.has(query.name)) this.#quiet.forms.set(query.name, {});
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

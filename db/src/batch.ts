import { Query } from 'pg';

/** What a query of pg does on the wire, which its types do not tell. */
type Wire = {
  parsedStatements: Record<string, string | undefined>;
  query(text: string): void;
  sync(): void;
  bind(values: unknown): void;
  close(statement: unknown): void;
  describe(portal: unknown): void;
  _send: (message: Uint8Array) => void;
};

/** How pg reads the rows of a statement; nothing where it has none. */
type RowForm = { fields?: unknown; _parsers?: unknown; _prebuiltEmptyResultObject?: unknown };

/**
 * A connection on which what pg does to end a query that stands alone does nothing, which keeps what is sent until it is
 * asked for, and which asks how the rows of a prepared statement look only once: a plan that would answer with others is
 * refused by PostgreSQL (`isStalePlan`).
 */
export type QuietWire = Wire & {
  isDescribed: boolean;
  readonly forms: Map<string | undefined, RowForm>;
  /** What was sent since it was last asked for. */
  kept: Uint8Array[];
  /** Why the values of a statement could not be written. */
  fault: { error: unknown } | undefined;
};

/** Made once for a connection. */
export function quietWire(connection: unknown): QuietWire {
  const wire = connection as Wire;
  const quiet = Object.create(wire) as QuietWire;
  return Object.assign(quiet, {
    isDescribed: false,
    forms: new Map<string | undefined, RowForm>(),
    kept: [],
    fault: undefined,
    _send: (message: Uint8Array) => void quiet.kept.push(message),
    bind: (values: unknown) => {
      try {
        wire.bind.call(quiet, values);
      } catch (error) {
        quiet.fault = { error };
        throw error;
      }
    },
    describe: (portal: unknown) => void (quiet.isDescribed || wire.describe.call(quiet, portal)),
    sync: () => undefined,
    close: () => undefined,
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

/** The name of the prepared BEGIN. */
export const beginName = 'begin';

/** A command that fails, so that its transaction can only be rolled back, whatever else was or will be sent of it. */
const abortSql = `do $$ begin raise exception 'the values of a statement cannot be written'; end $$`;

/** What PostgreSQL says of each statement behind the one that failed. */
const aborted = { code: '25P02', severity: 'ERROR' };

/**
 * Statements of one transaction, each prepared before, that end with one Sync instead of one each: PostgreSQL writes to the
 * socket at every Sync, and whoever reads wakes up as often. When one fails, those behind it are not done, as in any
 * transaction. Where the values of one cannot be written, none is sent, and the transaction is made to fail: whoever does
 * not wait for that one must not commit the others without it. To pg it is one query.
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
    const wire = connection as Wire;
    const messages = this.#write();
    const { fault } = this.#quiet;
    if (fault) {
      this.#giveUp(wire, fault.error);
      return;
    }
    const { _send: send } = wire;
    for (const message of messages) send.call(wire, message);
    wire.sync();
  };

  /** What there is to be sent. It ends at the first whose values cannot be written, which is told so by pg. */
  #write(): Uint8Array[] {
    const quiet = this.#quiet;
    quiet.fault = undefined;
    quiet.kept = [];
    const { _result: own } = this as unknown as Handled;
    const { _types: types } = own;
    for (const query of this.#queries) {
      const form = quiet.forms.get(query.name);
      const { _result: result } = query;
      Object.assign(result, form ?? { _types: types });
      Object.assign(query, { _accumulateRows: true });
      quiet.isDescribed = form !== undefined;
      query.prepare(quiet);
      if (quiet.fault) {
        this.#queries.splice(this.#queries.indexOf(query), 1);
        break;
      }
    }
    return quiet.kept.splice(0);
  }

  #giveUp(wire: Wire, error: unknown): void {
    const unsent = this.#queries.splice(0);
    const begins = unsent.some(({ name }) => name === beginName);
    wire.query(begins ? `begin; ${abortSql}` : abortSql);
    for (const query of unsent) query.handleError(error, wire);
  }

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

import type { Socket } from 'node:net';
import { Query } from 'pg';
import { Batch, beginName, quietWire } from './batch.ts';

type Answer = (error: unknown, result: unknown) => void;

/** A connection of pg in pipeline mode: what it is asked is sent at once, whatever it has not answered yet. */
type Connection = {
  connection: { stream: Pick<Socket, 'write'>; parsedStatements: Record<string, string | undefined> };
  query(statement: unknown, ...rest: unknown[]): unknown;
  /** As `query` between BEGIN and COMMIT: those of one turn that are prepared become one batch. */
  queryInTransaction?: (statement: unknown, answer: Answer) => unknown;
};

const nothing = { rows: [], rowCount: null };

/**
 * Sends the statements that are asked for in one turn of the event loop in one packet: a write to a socket costs more
 * than most statements. And goes on after BEGIN without waiting, because what follows fails as well if it does.
 */
export function sendTogether(connection: Connection, { prepare }: { prepare: boolean }): void {
  const { stream, parsedStatements } = connection.connection;
  const query = connection.query.bind(connection);
  const quiet = quietWire(connection.connection);
  let batch: Batch | undefined;
  const endBatch = (): void => {
    const ended = batch;
    batch = undefined;
    if (ended) query(ended);
  };
  const gather = gatherWrites(stream, endBatch);
  const send = (statement: unknown, ...rest: unknown[]): unknown => {
    gather();
    endBatch();
    const answer = rest.find((argument): argument is Answer => typeof argument === 'function');
    if (!isBegin(statement) || !answer) return query(statement, ...rest);
    process.nextTick(answer, null, nothing);
    if (!prepare) return query(statement, ignore);
    // As the first of the batch, it is answered with it.
    return sendInTransaction(Object.assign(new Query('BEGIN', undefined, ignore), { name: beginName }));
  };
  const sendInTransaction = (statement: unknown, answer?: Answer): unknown => {
    const name = statement instanceof Query ? (statement as { name?: string }).name : undefined;
    if (name === undefined || parsedStatements[name] === undefined) return send(statement, answer);
    gather();
    batch ??= new Batch(quiet);
    return batch.add(statement as Query);
  };
  connection.query = send;
  connection.queryInTransaction = sendInTransaction;
}

const ignore = (): void => undefined;

/**
 * Has what is written until the end of the turn written at once, as one buffer: pg writes four small ones for each
 * statement, and a stream does as much for a small one as for a large one.
 */
function gatherWrites(stream: Pick<Socket, 'write'>, beforeFlush: () => void): () => void {
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  let gathered: Uint8Array[] | undefined;
  const flush = (): void => {
    beforeFlush();
    const chunks = gathered ?? [];
    gathered = undefined;
    if (chunks.length > 0) write(Buffer.concat(chunks));
  };
  stream.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (gathered && chunk instanceof Uint8Array && rest.length === 0) {
      gathered.push(chunk);
      return true;
    }
    flush();
    return write(chunk, ...rest);
  };
  return () => {
    if (gathered) return;
    gathered = [];
    setImmediate(flush);
  };
}

function isBegin(statement: unknown): boolean {
  return (statement as { text?: unknown } | null)?.text === 'BEGIN;';
}

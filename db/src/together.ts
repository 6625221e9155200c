import type { Socket } from 'node:net';

type Answer = (error: unknown, result: unknown) => void;

/** A connection of pg in pipeline mode: what it is asked is sent at once, whatever it has not answered yet. */
type Connection = {
  connection: { stream: Pick<Socket, 'cork' | 'uncork'> };
  query(statement: unknown, ...rest: unknown[]): unknown;
};

const nothing = { rows: [], rowCount: null };

/**
 * Sends the statements that are asked for in one turn of the event loop in one packet: a write to a socket costs more
 * than most statements. And goes on after BEGIN without waiting, because what follows fails as well if it does.
 */
export function sendTogether(connection: Connection): void {
  const { stream } = connection.connection;
  const query = connection.query.bind(connection);
  let corked = false;
  const flush = (): void => {
    corked = false;
    stream.uncork();
  };
  connection.query = (statement, ...rest) => {
    if (!corked) {
      corked = true;
      stream.cork();
      setImmediate(flush);
    }
    const answer = rest.find((argument): argument is Answer => typeof argument === 'function');
    if (!isBegin(statement) || !answer) return query(statement, ...rest);
    process.nextTick(answer, null, nothing);
    return query(statement, () => undefined);
  };
}

function isBegin(statement: unknown): boolean {
  return (statement as { text?: unknown } | null)?.text === 'BEGIN;';
}

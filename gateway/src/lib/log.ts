import pino, { type DestinationStream, type Logger } from 'pino';

/** A process's own log: a line of JSON each. Errors that are logged as `err` or `error` are told as `loggableError` tells them. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, serializers: { err: loggableError, error: ifError } };
  return pino(options, destination ?? linesOfTurns());
}

/** Standard output, where what is logged in one turn of the event loop is one write; made once for the process. */
const linesOfTurns = once((): DestinationStream & { flushSync: () => void } => {
  const output = pino.destination();
  let lines = '';
  const flush = (): void => {
    const gathered = lines;
    lines = '';
    if (gathered !== '') output.write(gathered);
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
    // What is fatal is written at once.
    flushSync: flush,
  };
});

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What has been made loggable already stays as it is. */
const ifError = (error: unknown): unknown => (error instanceof Error ? loggableError(error) : error);

/**
 * An error as it may be logged. Messages of database errors quote statements and values, so only what names the place
 * is kept of them; fields of other errors may hold what they were given.
 */
export function loggableError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  if (!isDatabaseError(error))
    return {
      name: error.name,
      ...(typeof code === 'string' && { code }),
      message: error.message,
      stack: error.stack,
      ...(error.cause !== undefined && { cause: loggableError(error.cause) }),
    };
  const { table, constraint, routine } = error as Error & Record<string, unknown>;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return { name: 'DatabaseError', code, table, constraint, routine, stack: frames?.join('\n') };
}

/** Whether PostgreSQL itself reported this error. Its message and detail quote values and must not be logged. */
export function isDatabaseError(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string';
}

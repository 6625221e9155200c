import { freshDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog, loggableError } from '../src/lib/log.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const name = 'Li Na 13800138000';

/** What the database says of a row that it refuses. */
async function refused(): Promise<unknown> {
  return database.db
    .transaction(async (sql) => {
      await sql.raw('create temporary table people (name text check (length(name) < 3)) on commit drop');
      await sql('people').insert({ name });
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

it('an error of the database is logged without the row and the statement that it quotes, wherever it stands', async () => {
  const error = await refused();
  // There is something to leave out.
  expect(JSON.stringify([(error as Error).message, error])).toContain(name);
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  log.error({ err: error }, 'a round failed');
  // As libraries of ours log it.
  log.error({ error }, 'a task failed');
  log.error({ err: new Error('outer', { cause: error }) }, 'a round failed');
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    expect(line).not.toContain('13800138000');
    expect(line).toContain('23514');
    expect(line).toContain('people');
  }
});

it('an error of ours says what and where, and none of the fields that it was given', () => {
  const error = Object.assign(new TypeError('no'), {
    code: 'E_NO',
    password: 'secret',
    cause: new Error('why'),
  });
  expect(loggableError(error)).toMatchObject({ name: 'TypeError', code: 'E_NO', cause: { message: 'why' } });
  expect(JSON.stringify(loggableError(error))).not.toContain('secret');
  expect(loggableError('a word that somebody threw')).toEqual({ name: 'string' });
});

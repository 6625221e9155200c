import { run } from 'graphile-worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFailedMessages, readOutboxes, retryNow } from '../src/jobs/outboxes.ts';
import { withoutPeople } from '../src/jobs/scheduled.ts';
import { newId } from '../src/lib/ids.ts';
import { startAttempt } from '../src/processor/attempts.ts';
import { newOperator, type SignedIn } from './support/console.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let admin: SignedIn;
let at: string;

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  admin = await newOperator(world, ['admin'], 'Ada');
  at = `/console/${shop.environmentId}`;
});
afterAll(() => world.close());

const audited = (action: string) =>
  world.context
    .db('operator_audit')
    .where({ action })
    .orderBy('id')
    .select<{ object_id: string; environment_id: string | null; details: Record<string, unknown> }[]>(
      'object_id',
      'environment_id',
      'details',
    );

async function failedMessage(): Promise<string> {
  const id = newId('msg');
  await world.context.db('messages').insert({
    environment_id: shop.environmentId,
    id,
    channel: 'mail',
    template: 'sign_in_code',
    recipient_sealed: 'sealed',
    body_sealed: 'sealed',
    status: 'failed',
    failure: 'refused',
    tries: 5,
    occurred_at: world.clock.at,
    created_at: world.clock.at,
  });
  return id;
}

test('an error keeps no phone, number or mail address of anybody', () => {
  expect(withoutPeople('no +86 139 1234 5678 of li@example.com, 110101199003070000\n  at stack')).toBe(
    'no • of • •',
  );
  expect(withoutPeople('x'.repeat(1000))).toHaveLength(200);
  expect(withoutPeople('code 40001 after 12 tries')).toBe('code 40001 after 12 tries');
});

test('an error of any length is read in no time, and tells no part of a word that is cut', () => {
  // As an expression for addresses would read them, these take minutes.
  for (const hostile of ['x', 'a@', '@', '1 ', '+1-', ' '])
    expect(withoutPeople(hostile.repeat(1_000_000)).length).toBeLessThanOrEqual(200);
  const words = 'li@example.com '.repeat(300);
  for (let cut = 3_990; cut < 4_010; cut += 1)
    expect(withoutPeople(words.slice(0, cut) + 'anna@example.com')).toMatch(/^(?:• )*•?$/);
});

describe('outboxes', () => {
  test('tell what waits, what is due and what somebody left behind', async () => {
    const attemptId = await shop.inTx((tx) =>
      startAttempt(tx, {
        purpose: 'payout',
        subjectId: newId('po'),
        amount: 100n,
        currency: 'CNY',
        target: 'acct_1',
      }),
    );
    const later = await shop.inTx((tx) =>
      startAttempt(tx, {
        purpose: 'payout',
        subjectId: newId('po'),
        amount: 100n,
        currency: 'CNY',
        target: 'acct_1',
        nextTryAt: new Date(tx.wallNow.getTime() + 3_600_000),
      }),
    );
    const read = async () => (await shop.inTx(readOutboxes)).find(({ name }) => name === 'attempts');
    expect(await read()).toMatchObject({ waiting: 2, due: 1, stuck: 0, oldest: world.clock.at });
    await world.context
      .db('processor_attempts')
      .where({ id: attemptId })
      .update({ tries: 1, lease_until: new Date(world.clock.at.getTime() - 61_000) });
    expect(await read()).toMatchObject({ waiting: 2, due: 1, stuck: 1 });
    await shop.inTx((tx) => retryNow(tx, { outbox: 'attempts', id: later }));
    expect(await read()).toMatchObject({ waiting: 2, due: 2 });
    await world.context
      .db('processor_attempts')
      .whereIn('id', [attemptId, later])
      .update({ status: 'failed', failure_code: 'x', lease_until: null, finished_at: world.clock.at });
    await expect(shop.inTx((tx) => retryNow(tx, { outbox: 'attempts', id: later }))).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });

  test('a failed message is tried again once by an administrator, which is kept', async () => {
    const id = await failedMessage();
    const { reader } = admin;
    await reader.get(`${at}/jobs`);
    expect(reader.page.html).toContain(id);
    expect(reader.page.html).not.toContain('sealed');
    await reader.submit(`${at}/jobs/messages/${id}/retry`);
    expect(reader.text).toContain('It is tried again at once.');
    expect(await audited('outbox_retried')).toEqual([
      { object_id: id, environment_id: shop.environmentId, details: { outbox: 'messages' } },
    ]);
    expect(await shop.inTx(listFailedMessages)).toEqual([]);
    await expect(shop.inTx((tx) => retryNow(tx, { outbox: 'messages', id }))).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });

  test('of two who retry the same message one does', async () => {
    const id = await failedMessage();
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => shop.inTx((tx) => retryNow(tx, { outbox: 'messages', id }))),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('treasury looks but does not retry, risk does neither', async () => {
    const id = await failedMessage();
    const treasury = await newOperator(world, ['treasury'], 'Tess');
    await treasury.reader.get(`${at}/jobs`);
    expect(treasury.reader.page.html).toContain(id);
    expect(treasury.reader.text).not.toContain('Try now');
    const token = /name="form_token" value="([^"]*)"/.exec(treasury.reader.page.html)?.[1] ?? '';
    await treasury.reader.post(`${at}/jobs/messages/${id}/retry`, { form_token: token });
    expect(treasury.reader.page.status).toBe(403);
    const risk = await newOperator(world, ['risk'], 'Rita');
    await risk.reader.get(`${at}/jobs`);
    expect(risk.reader.page.status).toBe(403);
  });

  test.each(['nothing', 'news', '__proto__'])(
    'an outbox %j that cannot be retried is not there',
    async (name) => {
      const { reader } = admin;
      await reader.get(`${at}/jobs`);
      const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
      await reader.post(`${at}/jobs/${name}/x/retry`, { form_token: token });
      expect(reader.page.status).toBe(404);
    },
  );
});

describe('the scheduler', () => {
  test('shows nothing before a worker ran, then failed jobs, which are run again', async () => {
    const { reader } = admin;
    await reader.get(`${at}/jobs`);
    expect(reader.text).toContain('No worker has run on this database yet.');

    const { db } = world.context;
    const connection = db.client.config.connection as object;
    const pg = await import('pg');
    const pgPool = new pg.Pool({ ...connection, max: 2 });
    pgPool.on('error', () => undefined);
    const runner = await run({
      pgPool,
      noHandleSignals: true,
      taskList: { noop: () => undefined },
      parsedCronItems: [],
    });
    await runner.stop();
    await pgPool.end();
    await db.raw(`select graphile_worker.add_job('reconcile', '{}'::json, max_attempts := 3)`);
    await db.raw(
      `update graphile_worker._private_jobs set attempts = 3, last_error = 'no answer for +8613912345678' || chr(10) || 'at x'`,
    );
    await reader.get(`${at}/jobs`);
    expect(reader.text).toContain('failed for good');
    expect(reader.text).toContain('no answer for •');
    expect(reader.page.html).not.toContain('13912345678');
    const jobId = /jobs\/scheduled\/(\d+)\/retry/.exec(reader.page.html)?.[1];
    await reader.submit(`${at}/jobs/scheduled/${jobId}/retry`);
    expect(reader.text).toContain('It is tried again at once.');
    const jobs = await db.raw<{ rows: { attempts: number }[] }>('select attempts from graphile_worker.jobs');
    expect(jobs.rows).toEqual([{ attempts: 0 }]);
    expect(await audited('job_retried')).toEqual([
      { object_id: jobId, environment_id: null, details: { task: 'reconcile' } },
    ]);

    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    for (const id of ['999999', 'x', '9'.repeat(30)]) {
      await reader.post(`${at}/jobs/scheduled/${id}/retry`, { form_token: token });
      expect(reader.text).toContain('There is nothing to try again');
    }
  });
});

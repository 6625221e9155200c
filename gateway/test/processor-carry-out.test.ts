import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAttempt, findOpenAttempts } from '../src/processor/attempts.ts';
import { carryOut, type Finish } from '../src/processor/carry-out.ts';
import { mountMockProcessor } from '../src/processor/mock/mount.ts';
import type { Processor } from '../src/processor/port.ts';
import { createEnvironment, inside, movableClock } from './support/events-world.ts';
import {
  begin,
  chargesOf,
  createFinishes,
  createPayer,
  finishesOf,
  noteFinish,
  processorHost,
  type ProcessorTestHost,
} from './support/processor-world.ts';

const secondMs = 1_000;
const hourMs = 3_600_000;

let database: TestDatabase;
let host: ProcessorTestHost;
let environmentId: string;
let unmount: () => void;

beforeAll(async () => {
  database = await freshDatabase();
  host = processorHost(database.db);
  unmount = mountMockProcessor(database.db, host.clock);
  environmentId = await createEnvironment(host, 'sandbox');
  await createFinishes(database.db);
});
afterAll(async () => {
  unmount();
  await database.drop();
});

const carry = (attemptId: string, finish: Finish = noteFinish, at: ProcessorTestHost = host) =>
  carryOut(at, { environmentId, attemptId }, finish);
const attempt = (attemptId: string) => inside(host, environmentId, (tx) => findAttempt(tx, attemptId));
const charges = (attemptId: string) => chargesOf(database.db, attemptId);
const finishes = (attemptId: string) => finishesOf(database.db, attemptId);

/** The host with a processor that does something else at one of its calls. */
function withProcessor(change: (sandbox: Processor) => Partial<Processor>): ProcessorTestHost {
  const sandbox = host.processorFor('sandbox');
  return { ...host, processorFor: () => ({ ...sandbox, ...change(sandbox) }) };
}

describe('an attempt that goes well or is refused', () => {
  it('takes the money once and finishes once, however often it is carried out', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const outcome = await carry(attemptId);
    expect(outcome).toMatchObject({ status: 'succeeded', reference: expect.stringMatching(/^pi_/) });
    expect(await carry(attemptId)).toBe('done');
    expect(await charges(attemptId)).toEqual([{ amount: 2_500 }]);
    expect(await finishes(attemptId)).toEqual([{ status: 'succeeded', detail: Object(outcome).reference }]);
    expect(await attempt(attemptId)).toMatchObject({ status: 'succeeded', tries: 1, failureCode: null });
  });

  it.each([
    ['declined', 'generic_decline'],
    ['insufficient_funds', 'insufficient_funds'],
    ['expired_card', 'expired_card'],
  ] as const)('fails with the reason of the card: %s', async (name, code) => {
    const attemptId = await begin(host, environmentId, {
      payer: await createPayer(host, environmentId, name),
    });
    expect(await carry(attemptId)).toEqual({ status: 'failed', code });
    expect(await carry(attemptId)).toBe('done');
    expect(await charges(attemptId)).toEqual([]);
    expect(await finishes(attemptId)).toEqual([{ status: 'failed', detail: code }]);
    expect(await attempt(attemptId)).toMatchObject({ status: 'failed', failureCode: code });
  });

  it('fails the first time and succeeds as a new attempt with a card that has money later', async () => {
    const payer = await createPayer(host, environmentId, 'insufficient_funds_once');
    const first = await begin(host, environmentId, { payer });
    const second = await begin(host, environmentId, { payer });
    expect(await carry(first)).toEqual({ status: 'failed', code: 'insufficient_funds' });
    expect(await carry(second)).toMatchObject({ status: 'succeeded' });
  });
});

describe('an answer that does not come', () => {
  it('is unknown after a timeout and takes the money once when it is tried again', async () => {
    const payer = await createPayer(host, environmentId, 'timeout');
    const attemptId = await begin(host, environmentId, { payer });
    expect(await carry(attemptId)).toEqual({ status: 'unknown' });
    expect(await attempt(attemptId)).toMatchObject({ status: 'unknown', tries: 1 });
    expect(await charges(attemptId)).toEqual([]);
    expect(await finishes(attemptId)).toEqual([]);

    expect(await carry(attemptId)).toBe('busy');
    host.clock.advance(5 * secondMs);
    expect(await carry(attemptId)).toMatchObject({ status: 'succeeded' });
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
  });

  it('is found by looking when the charge was made and its answer was lost, without asking for it again', async () => {
    const payer = await createPayer(host, environmentId, 'answer_lost');
    const attemptId = await begin(host, environmentId, { payer });
    expect(await carry(attemptId)).toEqual({ status: 'unknown' });
    expect(await charges(attemptId)).toHaveLength(1);

    host.clock.advance(5 * secondMs);
    const looking = withProcessor(() => ({
      charge: () => Promise.reject(new Error('asked again for what was there')),
    }));
    expect(await carry(attemptId, noteFinish, looking)).toMatchObject({ status: 'succeeded' });
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
  });

  it('is tried again after 5 s, 30 s, 2 min, 10 min, and then every hour', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const silent = withProcessor(() => ({
      charge: async () => ({ status: 'unknown' }),
      lookUp: async () => ({ status: 'unknown' }),
    }));
    for (const wait of [5, 30, 120, 600, 3600, 3600]) {
      expect(await carry(attemptId, noteFinish, silent)).toEqual({ status: 'unknown' });
      host.clock.advance(wait * secondMs - 1);
      expect(await carry(attemptId, noteFinish, silent)).toBe('busy');
      host.clock.advance(1);
    }
    expect(await carry(attemptId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a process that dies', () => {
  async function worker(attemptId: string, dies?: 'before charge' | 'after charge') {
    const child = fork(new URL('support/processor-worker.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        PROCESSOR_WORKER: JSON.stringify({
          url: database.url,
          environmentId,
          attemptId,
          clockAt: host.clock.now().toISOString(),
          dies,
        }),
      },
    });
    await once(child, 'message');
    return child;
  }

  it.each([
    ['before charge', 0],
    ['after charge', 1],
  ] as const)(
    '%s leaves the attempt to its lease, after which the money is taken once',
    async (dies, before) => {
      const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
      const child = await worker(attemptId, dies);
      child.send('go');
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      expect(await charges(attemptId)).toHaveLength(before);
      expect(await attempt(attemptId)).toMatchObject({ status: 'pending', tries: 1 });

      expect(await carry(attemptId)).toBe('busy');
      expect(await findOpenAttempts(host, { limit: 100 })).not.toContainEqual(
        expect.objectContaining({ attemptId }),
      );
      host.clock.advance(30 * secondMs);
      expect(await findOpenAttempts(host, { limit: 100 })).toContainEqual({
        environmentId,
        attemptId,
        purpose: 'repayment',
      });
      const asked: string[] = [];
      const watched = withProcessor((sandbox) => ({
        charge: (request) => {
          asked.push('charge');
          return sandbox.charge(request);
        },
        lookUp: (...looked) => {
          asked.push('look up');
          return sandbox.lookUp(...looked);
        },
      }));
      expect(await carry(attemptId, noteFinish, watched)).toMatchObject({ status: 'succeeded' });
      expect(asked).toEqual(before === 1 ? ['look up'] : ['look up', 'charge']);
      expect(await charges(attemptId)).toHaveLength(1);
      expect(await finishes(attemptId)).toHaveLength(1);
    },
  );

  it('is not needed: of two processes at once, one takes the money and finishes', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const children = await Promise.all([worker(attemptId), worker(attemptId)]);
    const results = await Promise.all(
      children.map(async (child) => {
        const told = once(child, 'message');
        const gone = once(child, 'exit');
        child.send('go');
        const [{ result }] = (await told) as [{ result: unknown }];
        await gone;
        return result;
      }),
    );
    const successes = results.filter((result) => typeof result === 'object');
    expect(successes).toMatchObject([{ status: 'succeeded' }]);
    expect(['busy', 'done']).toContain(results.find((result) => typeof result === 'string'));
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
  });
});

describe('several at the same attempt in one process', () => {
  it('take the money once', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const results = await Promise.all(Array.from({ length: 5 }, () => carry(attemptId)));
    expect(results.filter((result) => typeof result === 'object')).toHaveLength(1);
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
  });

  it('finish once when the first is slower than its lease and the second has taken over', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const slow = withProcessor((sandbox) => ({
      charge: async (request) => {
        const outcome = await sandbox.charge(request);
        host.clock.advance(31 * secondMs);
        expect(await carry(attemptId)).toEqual(outcome);
        return outcome;
      },
    }));
    expect(await carry(attemptId, noteFinish, slow)).toBe('busy');
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
    expect(await attempt(attemptId)).toMatchObject({ status: 'succeeded', tries: 2 });
  });

  it('settle what they were slow with when nobody took over', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const slow = withProcessor((sandbox) => ({
      charge: async (request) => {
        const outcome = await sandbox.charge(request);
        host.clock.advance(31 * secondMs);
        return outcome;
      },
    }));
    expect(await carry(attemptId, noteFinish, slow)).toMatchObject({ status: 'succeeded' });
    expect(await finishes(attemptId)).toHaveLength(1);
  });
});

describe('an error', () => {
  it('of finish leaves the attempt open and nothing half done; later it is finished without a second charge', async () => {
    const attemptId = await begin(host, environmentId, { payer: await createPayer(host, environmentId) });
    const failing: Finish = async (tx, settled, outcome) => {
      await noteFinish(tx, settled, outcome);
      throw new Error('no room in the ledger');
    };
    await expect(carry(attemptId, failing)).rejects.toThrow('no room in the ledger');
    expect(await attempt(attemptId)).toMatchObject({ status: 'pending', tries: 1, processorReference: null });
    expect(await finishes(attemptId)).toEqual([]);

    expect(await carry(attemptId)).toBe('busy');
    host.clock.advance(5 * secondMs);
    expect(await carry(attemptId)).toMatchObject({ status: 'succeeded' });
    expect(await charges(attemptId)).toHaveLength(1);
    expect(await finishes(attemptId)).toHaveLength(1);
  });

  it('of ours at the processor is passed on, and the attempt waits', async () => {
    const attemptId = await begin(host, environmentId, { purpose: 'money_back', target: 'pi_nobody' });
    await expect(carry(attemptId)).rejects.toMatchObject({ code: 'resource_missing', statusCode: 404 });
    expect(await attempt(attemptId)).toMatchObject({ status: 'pending', tries: 1 });
    expect(await carry(attemptId)).toBe('busy');
    expect(await finishes(attemptId)).toEqual([]);
  });

  it('of an environment without a processor leaves the attempt unclaimed', async () => {
    await createEnvironment(host, 'live', 'live');
    const attemptId = await begin(host, 'live', { purpose: 'payout', target: 'acct_1' });
    const input = { environmentId: 'live', attemptId };
    await expect(carryOut(host, input, noteFinish)).rejects.toMatchObject({ code: 'processor_unavailable' });
    expect(await inside(host, 'live', (tx) => findAttempt(tx, attemptId))).toMatchObject({ tries: 0 });
  });
});

describe('time', () => {
  it('of the attempt is the wall clock: a sandbox whose own clock stands still retries like any other', async () => {
    const still = await createEnvironment({ ...host, clock: movableClock(new Date(0)) }, 'sandbox');
    const payer = await createPayer(host, still, 'answer_lost');
    const attemptId = await begin(host, still, { payer });
    const input = { environmentId: still, attemptId };
    expect(await carryOut(host, input, noteFinish)).toEqual({ status: 'unknown' });
    host.clock.advance(hourMs);
    expect(await carryOut(host, input, noteFinish)).toMatchObject({ status: 'succeeded' });
  });

  it('that is being moved refuses the claim, except to who moves it', async () => {
    const moving = await createEnvironment(host, 'sandbox');
    const attemptId = await begin(host, moving, { payer: await createPayer(host, moving) });
    await database
      .db('environments')
      .where({ id: moving })
      .update({ clock_target: new Date(8.64e15 / 2) });
    const input = { environmentId: moving, attemptId };
    await expect(carryOut(host, input, noteFinish)).rejects.toMatchObject({ code: 'clock_moving' });
    expect(await findOpenAttempts(host, { limit: 100 })).not.toContainEqual(
      expect.objectContaining({ attemptId }),
    );
    expect(await carryOut(host, { ...input, access: 'clock' }, noteFinish)).toMatchObject({
      status: 'succeeded',
    });
  });
});

import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInScenarios, findBuiltIn } from '../src/jobs/scenarios/built-in.ts';
import { carryOn } from '../src/jobs/scenarios/carry-on.ts';
import { carryOnNext } from '../src/jobs/scenarios/run-scenarios.ts';
import type { CalendarRow, RunReport, StepTold } from '../src/jobs/scenarios/runs.ts';
import { claimRun, storeRun } from '../src/jobs/scenarios/runs.ts';
import { startScenario } from '../src/jobs/scenarios/start-scenario.ts';
import { claimAttempt } from '../src/processor/attempts.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const path = '/v1/sandbox/scenarios';

type Run = Omit<RunReport, 'calendar_after'> & {
  id: string;
  name: string;
  status: 'running' | 'passed' | 'failed';
  order_id: string | null;
  plan_id: string | null;
  calendar_before: CalendarRow[];
  calendar_after: CalendarRow[];
  steps: StepTold[];
  event_types: string[];
};

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Runs a scenario to its end, of which the worker does what takes longer than a request. */
async function run(shop: Shop, body: object): Promise<Run> {
  const started = await shop.post<Run>(path, body);
  if (started.status !== 'running') return started;
  while ((await carryOnNext(world.context, AbortSignal.timeout(25_000))) > 0);
  return shop.get<Run>(`${path}/${started.id}`);
}

/** What two runs must have in common: everything but ids. */
function withoutIds({ calendar_before, calendar_after, steps, event_types, expectations, faults }: Run) {
  return { calendar_before, calendar_after, steps, event_types, expectations, faults };
}

const paidOf = (rows: CalendarRow[]) => rows.map((row) => row.paid_amount);

describe('the scenarios that come with the gateway', () => {
  it('are one for each file, and the shop can list them', async () => {
    const files = readdirSync(resolve(import.meta.dirname, '../scenarios'));
    const names = files.map((file) => file.replace(/\.json$/, '').replaceAll('-', ' ')).toSorted();
    expect(builtInScenarios.map(({ name }) => name)).toEqual(names);
    expect(names).toEqual(
      expect.arrayContaining([
        'miss 2nd',
        'pay half',
        'card expires',
        'return after 3rd',
        'funder down',
        'webhook lost',
      ]),
    );
    const shop = await openShop(world);
    const { data } = await shop.get<{ data: { name: string }[] }>(path);
    expect(data.map(({ name }) => name)).toEqual(names);
  });

  it.each(builtInScenarios.map(({ name }) => name))('%s: passes, and the books balance', async (name) => {
    const shop = await openShop(world);
    const ran = await run(shop, { name });
    expect(ran, JSON.stringify(ran)).toMatchObject({
      name,
      status: 'passed',
      failure: null,
      books: { balanced: true },
    });
    expect(ran.expectations.length).toBeGreaterThan(0);
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
    expect(await shop.get('/v1/sandbox/faults')).toEqual({ data: [] });
    expect(await shop.get(`${path}/${ran.id}`)).toEqual(ran);
  });

  it.each(
    ['pay_in_3', 'monthly_6'].flatMap((plan_code) =>
      ['miss 2nd', 'pay half', 'card expires', 'return after 3rd'].map((name) => [name, plan_code] as const),
    ),
  )('%s: holds for %s too', async (name, plan_code) => {
    const shop = await openShop(world);
    const ran = await run(shop, { name, order: { plan_code } });
    expect(ran, JSON.stringify(ran)).toMatchObject({ status: 'passed', books: { balanced: true } });
  });

  it('give the same calendar, steps and amounts each time', async () => {
    const [one, other] = [await openShop(world), await openShop(world)];
    for (const name of ['miss-2nd', 'refund half']) {
      expect(withoutIds(await run(one, { name }))).toEqual(withoutIds(await run(other, { name })));
    }
  });
});

describe('a run tells what happened', () => {
  it('in miss 2nd: the card is declined on the date, and paid the day after', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, { name: 'miss 2nd' });
    expect(paidOf(ran.calendar_before)).toEqual([0, 0, 0, 0]);
    expect(ran.calendar_before.map(({ amount, due_date }) => [amount, due_date])).toEqual([
      [15_000, '2026-03-01'],
      [15_000, '2026-03-15'],
      [15_000, '2026-03-29'],
      [15_000, '2026-04-12'],
    ]);
    expect(paidOf(ran.calendar_after)).toEqual([15_000, 15_000, 15_000, 15_000]);
    const missed = ran.steps.flatMap(({ events }) => events).filter(({ at }) => /^2026-03-1[45]/.test(at));
    const money = missed.filter(({ type }) => type.startsWith('repayment.'));
    expect(money).toEqual([
      { type: 'repayment.failed', at: '2026-03-14T16:00:00.000Z', on: '2026-03-15', amount: 15_000 },
      { type: 'repayment.succeeded', at: '2026-03-15T16:00:00.000Z', on: '2026-03-16', amount: 15_000 },
    ]);
    expect(ran.faults).toEqual([{ kind: 'card_declines', times: 1, used: 1 }]);
    expect(ran.event_types).toEqual(ran.steps.flatMap(({ events }) => events.map(({ type }) => type)));
  });

  it('in pay half: the rest of the second installment is collected on its date', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, { name: 'pay half' });
    const repaid = ran.steps
      .flatMap(({ events }) => events)
      .filter(({ type }) => type === 'repayment.succeeded');
    expect(repaid.map(({ amount }) => amount)).toEqual([15_000, 7_500, 7_500, 15_000, 15_000]);
  });

  it('in funder down: another funder carries the order, and the first one lends again afterwards', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, { name: 'funder down' });
    const plan = await shop.get<{ agreed: { funder: { name: string } } }>(`/v1/plans/${ran.plan_id}`);
    expect(plan.agreed.funder.name).toBe('Harbour Credit');
    const again = await run(shop, { name: 'all paid' });
    const { agreed } = await shop.get<typeof plan>(`/v1/plans/${again.plan_id}`);
    expect(agreed.funder.name).toBe('Lantern Bank');
  });

  it('in late answer: the card is charged once', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, { name: 'late answer' });
    expect(ran.faults).toEqual([{ kind: 'processor_late_answer', times: 1, used: 1 }]);
    const repayments = await world.db('repayments').where({ plan_id: ran.plan_id }).select('id');
    const attempts = await world
      .db('processor_attempts')
      .whereIn(
        'subject_id',
        repayments.map(({ id }) => id),
      )
      .select('id', 'tries');
    expect(attempts.map(({ tries }) => Number(tries)).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2]);
    const charges = await world
      .db('mock_processor.objects')
      .where({ kind: 'payment_intent' })
      .whereIn(
        world.db.raw("object->'metadata'->>'attempt_id'") as never,
        attempts.map(({ id }) => id),
      );
    expect(charges).toHaveLength(4);
  });
});

describe("a shop's own document", () => {
  const document = {
    name: 'my story',
    order: { amount: 30_000, plan_code: 'pay_in_3' },
    steps: [
      { at: 'due:2+1', do: 'refund', part: 10_000 },
      { do: 'advance', until: 'next_event' },
      { at: 'due:last', do: 'miss', times: 2 },
      { do: 'advance', until: 'end' },
    ],
    expect: { plan: 'paid', events: ['refund.succeeded'] },
  };

  it('runs like the others', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, { document });
    expect(ran, JSON.stringify(ran)).toMatchObject({
      name: 'my story',
      status: 'passed',
      books: { balanced: true },
    });
    // The refund came off the last installment, of which nothing is left: no date of it is missed.
    expect(ran.calendar_after.map(({ amount }) => amount)).toEqual([10_000, 10_000, 0]);
  });

  it('fails when an expectation is not met, and says which', async () => {
    const shop = await openShop(world);
    const ran = await run(shop, {
      document: { ...document, steps: [], expect: { plan: 'paid', refused: 'payment_declined' } },
    });
    expect(ran).toMatchObject({ status: 'failed', failure: null, books: { balanced: true } });
    expect(ran.expectations).toEqual([
      { name: 'plan', expected: 'paid', actual: 'active', met: false },
      { name: 'refused', expected: 'payment_declined', actual: 'none', met: false },
    ]);
  });

  it.each([
    ['a date that the plan does not have', [{ at: 'due:9', do: 'pay', part: 'next' }], 'validation_failed'],
    ['more than was bought refunded', [{ do: 'refund', part: 30_001 }], 'refund_exceeds_refundable'],
    ['more paid than is owed', [{ do: 'pay', part: 30_001 }], 'state_conflict'],
    ['a card that is declined voided', [{ do: 'void' }], 'state_conflict'],
  ])('ends at %s with the problem', async (_, steps, code) => {
    const shop = await openShop(world);
    const ran = await run(shop, { document: { ...document, steps } });
    expect(ran).toMatchObject({ status: 'failed', failure: { code }, books: { balanced: true } });
    await shop.expectSoundBooks();
  });

  it.each([
    ['without a name or document', {}],
    ['with both', { name: 'all paid', document }],
    ['with another order beside a document', { document, order: { amount: 1 } }],
    ['with a step nobody knows', { document: { ...document, steps: [{ do: 'vanish' }] } }],
    ['with a date nobody knows', { document: { ...document, steps: [{ at: 'someday', do: 'void' }] } }],
    ['with an order before the order', { document: { ...document, before: [{ do: 'ship' }] } }],
  ])('%s is refused and leaves nothing', async (_, body) => {
    const shop = await openShop(world);
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, body));
    expect(refused).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  it('of an unknown name is not found, with the names there are', async () => {
    const shop = await openShop(world);
    const refused = await shop.refusal('POST', path, { name: 'miss 5th' });
    expect(refused).toMatchObject({ status: 404, code: 'not_found' });
    expect(refused.hint).toContain('miss 2nd');
  });
});

describe('a run that is cut off', () => {
  it('after any act is carried on by the worker and comes to the same', async () => {
    const shop = await openShop(world);
    const whole = await run(await openShop(world), { name: 'card expires' });
    const row = await world.db('scenario_runs').where({ id: whole.id }).first('document');
    await world.db('scenario_runs').insert({
      environment_id: shop.environmentId,
      id: whole.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      merchant_id: shop.merchantId,
      number: 1,
      request: 'cut off',
      name: whole.name,
      document: JSON.stringify(row.document),
      status: 'running',
      state: JSON.stringify({
        currency: 'CNY',
        next: 0,
        faultIds: [],
        lastSequence: 0,
        calendarBefore: [],
        steps: [],
      }),
      lease_until: world.clock.at,
      created_at: world.clock.at,
    });
    // Each turn is told to end some looks later than the one before, so that it is cut off at other places.
    for (let turns = 0; turns < 60; turns += 1) {
      const claimed = await claimRun(world.context);
      if (!claimed) break;
      let looks = 0;
      const signal = {
        get aborted() {
          looks += 1;
          return looks > 3 * turns;
        },
      } as AbortSignal;
      await carryOn(world.context, claimed, signal);
    }
    const { status, state, report } = await world
      .db('scenario_runs')
      .where({ environment_id: shop.environmentId })
      .first('status', 'state', 'report');
    expect(status).toBe('passed');
    expect(report.calendar_after).toEqual(whole.calendar_after);
    expect(state.steps).toEqual(whole.steps);
    await shop.expectSoundBooks();
  }, 90_000);

  it('does not wait for a payment that another process is at for longer than its request may', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
    await shop.post(`/v1/orders/${order.id}/captures`, { reference: 'a', amount: 8000 });
    const attempt = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, status: 'pending' })
      .first('id');
    expect(await shop.inTx((tx) => claimAttempt(tx, attempt.id))).toMatchObject({ tries: 1 });
    const { run: begun } = await shop.inTx((tx) =>
      storeRun(tx, {
        merchantId: shop.merchantId,
        request: 'patient',
        document: findBuiltIn('miss 2nd'),
        lastSequence: 0n,
      }),
    );
    const carried = await carryOn(world.context, begun, AbortSignal.timeout(200));
    expect(carried).toMatchObject({ status: 'running', state: { next: 0 } });
    // The other process died: its lease ends, and the worker goes on with the payment and then with the run.
    world.passMs(60_000);
    while ((await carryOnNext(world.context, AbortSignal.timeout(25_000))) > 0);
    expect(await shop.get(`${path}/${begun.id}`)).toMatchObject({ status: 'passed' });
    await shop.expectSoundBooks();
  }, 90_000);

  it('before it was answered is not begun again by the same request', async () => {
    const shop = await openShop(world);
    const [document] = builtInScenarios;
    if (!document) throw new Error('there is no scenario');
    const { environmentId, merchantId } = shop;
    const actor = { kind: 'merchant', id: merchantId, kid: 'k' } as const;
    const ask = { environmentId, merchantId, actor, request: 'once', document };
    const first = await startScenario(world.context, ask);
    const again = await startScenario(world.context, ask);
    expect(again).toEqual(first);
    expect(await world.db('scenario_runs').where({ environment_id: environmentId })).toHaveLength(1);
  });

  it('waits for a clock that somebody else moves', async () => {
    const shop = await openShop(world);
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({
        clock_target: '2026-03-10T00:00:00Z',
        clock_lease_until: new Date(world.clock.at.getTime() + 60_000),
      });
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, { name: 'all paid' }));
    expect(refused).toMatchObject({ status: 409, code: 'clock_moving' });
    expect(await carryOnNext(world.context, AbortSignal.abort())).toBe(0);
  });
});

import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimSession } from '../src/checkout/claim.ts';
import { decide } from '../src/checkout/decide.ts';
import { type Tx, transact } from '../src/lib/tx.ts';
import { readPolicy, writePolicy } from '../src/pages/console/policy/fields.ts';
import { type TermsPolicy, termsPolicy } from '../src/pay-score/policy.ts';
import { listPolicyChanges } from '../src/pay-score/policy-changes/changes.ts';
import { approvePolicy, refusePolicy } from '../src/pay-score/policy-changes/decide.ts';
import { policyFaults } from '../src/pay-score/policy-changes/faults.ts';
import { policyJson, readPolicyJson } from '../src/pay-score/policy-changes/policy-json.ts';
import { proposalMs, proposePolicy } from '../src/pay-score/policy-changes/propose.ts';
import { policyOf } from '../src/pay-score/policy-in-force.ts';
import type { Decided } from '../src/pay-score/what-if/decided.ts';
import { percentAt, rateAt } from '../src/standing/limit-policy.ts';
import { effectOf } from '../src/standing/policy-effect.ts';
import { newOperator, type SignedIn } from './support/console.ts';
import { someShopper } from './support/challengers.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let rita: SignedIn;
let rob: SignedIn;
let at: string;

beforeAll(async () => {
  world = await openPagesWorld();
  rita = await newOperator(world, ['risk'], 'Rita');
  rob = await newOperator(world, ['risk'], 'Rob');
});
afterAll(() => world.close());
beforeEach(async () => {
  shop = await world.openShop();
  at = `/console/${shop.environmentId}`;
});

const { version: _version, ...figures } = termsPolicy;
const stricter = { ...figures, lowestScore: 850 };
const propose = (policy: Omit<TermsPolicy, 'version'> = stricter, note = 'Too many losses.') =>
  shop.inTx((tx) => proposePolicy(tx, { policy, note, operatorId: rita.operatorId }));
/** As the console does it: nothing of the environment is held while it waits. */
const asOperator = <T>(work: (tx: Tx) => Promise<T>, operatorId = rob.operatorId) =>
  transact(
    world.context,
    { environmentId: shop.environmentId, actor: { kind: 'operator', id: operatorId }, access: 'read' },
    work,
  );
const approve = (changeId: string, operatorId = rob.operatorId) =>
  asOperator((tx) => approvePolicy(tx, { changeId, operatorId }));
const conflict = { code: 'state_conflict' };

describe('a policy', () => {
  test('that comes with the gateway holds, and is stored and written without loss', () => {
    expect(policyFaults(termsPolicy)).toEqual([]);
    expect(readPolicyJson(JSON.parse(policyJson(termsPolicy)))).toEqual(termsPolicy);
    expect(readPolicy(writePolicy(termsPolicy))).toEqual({ policy: figures });
  });

  test('that holds never gives a better score worse terms, whatever was typed', () => {
    const figure = fc.integer({ min: 0, max: 900 });
    const steps = fc
      .array(fc.tuple(figure, fc.integer({ min: 1, max: 100 })), { minLength: 1, maxLength: 5 })
      .map((list) => list.map(([score, value]) => `${score}:${value}`).join(','));
    const typed = fc.record({
      percentFrom: fc.oneof(steps, fc.constantFrom('700:100,660:75,480:20', '600:40,700:55')),
      rateFrom: fc.oneof(steps, fc.constantFrom('700:7.2,640:9', '600:9,700:12')),
      highestRatePpm: fc.constantFrom('18', '9', '24', '30'),
      representativeRatePpm: fc.constantFrom('18', '9', '7.2', '24'),
    });
    let held = 0;
    fc.assert(
      fc.property(typed, figure, figure, (written, one, other) => {
        const read = readPolicy({ ...writePolicy(termsPolicy), ...written });
        if (!('policy' in read)) return;
        held += 1;
        const policy = { ...read.policy, version: 'x' };
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(rateAt(high, policy)).toBeLessThanOrEqual(rateAt(low, policy));
        expect(percentAt(high, policy)).toBeGreaterThanOrEqual(percentAt(low, policy));
        expect(rateAt(low, policy)).toBeLessThanOrEqual(240_000);
      }),
      { numRuns: 2000 },
    );
    expect(held).toBeGreaterThan(20);
  });

  test.each([
    ['lowestScore', '299'],
    ['lowestScore', '851'],
    ['lowestScore', '48O'],
    ['ladder', '10,20'],
    ['ladder', '15,10'],
    ['ladder', '10,,15'],
    ['thinFilePercent', '11'],
    ['percentFrom', '700:75,660:100'],
    ['percentFrom', '700:99'],
    ['percentFrom', ''],
    ['rateFrom', '700:12,660:9'],
    ['rateFrom', '700:25'],
    ['highestRatePpm', '14.4'],
    ['highestRatePpm', '24.1'],
    ['representativeRatePpm', '11'],
    ['mostRaisePercent', '51'],
    ['daysAfterWorse', '29'],
    ['cutFromDaysPastDue', '3'],
    ['fullFromPercent', '101'],
    ['cleanMonths', '-1'],
    ['daysBetween', '1e2'],
    ['pointsBeyondBorder', '５'],
  ] as const)('cannot have %s as %j', (name, text) => {
    const read = readPolicy({ ...writePolicy(termsPolicy), [name]: text });
    expect(read).toMatchObject({ malformed: expect.arrayContaining([name]) });
  });
});

describe('a change', () => {
  test('holds from its approval on, for its environment only, and past decisions keep their version', async () => {
    const decideOnce = async () => {
      const shopperId = await shop.inTx(someShopper);
      const { sessionId } = await shop.openCheckout();
      return shop.inTx(async (tx) => {
        await claimSession(tx, { sessionId, shopperId });
        return (await decide(tx, { sessionId, shopperId })).assessment;
      });
    };
    const before = await decideOnce();
    expect(before).toMatchObject({ outcome: 'approved', policyVersion: termsPolicy.version });

    const { id, version } = await propose();
    expect((await decideOnce()).policyVersion).toBe(termsPolicy.version);
    await approve(id);
    const after = await decideOnce();
    expect(after).toMatchObject({ declineCode: 'score_too_low', policyVersion: version });
    expect(version).toBe(`${termsPolicy.version}.1`);

    const stored = await world.context.db('assessments').where({ id: before.id }).first('policy_version');
    expect(stored).toEqual({ policy_version: termsPolicy.version });
    const elsewhere = await world.openShop();
    expect(await elsewhere.inTx(policyOf)).toEqual(termsPolicy);
  });

  test('opens lines at the prices of the policy that was approved', async () => {
    const { id } = await propose({ ...figures, rateFrom: [[300, 60_000]], representativeRatePpm: 60_000 });
    await approve(id);
    const shopperId = await shop.inTx(someShopper);
    const { sessionId } = await shop.openCheckout();
    const { line } = await shop.inTx(async (tx) => {
      await claimSession(tx, { sessionId, shopperId });
      return decide(tx, { sessionId, shopperId });
    });
    expect(line.annualRatePpm).toBe(60_000);
  });

  test('costs a decision no question of its own once a process has read it', async () => {
    const { id } = await propose();
    await approve(id);
    await shop.inTx(policyOf);
    const asked: string[] = [];
    const listen = ({ sql }: { sql: string }) => void asked.push(sql);
    world.context.db.on('query', listen);
    await shop.inTx(policyOf);
    world.context.db.off('query', listen);
    expect(asked.filter((sql) => sql.includes('policy_changes'))).toEqual([]);
    expect((await shop.inTx(policyOf)).lowestScore).toBe(850);
  });

  test('is never approved by whoever proposed it, in the code and in the database', async () => {
    const { id } = await propose();
    await expect(approve(id, rita.operatorId)).rejects.toMatchObject(conflict);
    const force = world.context
      .db('policy_changes')
      .where({ id })
      .update({ status: 'approved', decided_by: rita.operatorId, decided_at: world.clock.at });
    await expect(force).rejects.toMatchObject({ code: '23514' });
    const use = world.context
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ policy_change_id: id });
    await expect(use).rejects.toMatchObject({ code: '23001' });
    expect(await shop.inTx(policyOf)).toEqual(termsPolicy);
  });

  test('is approved once by two at the same moment, and not approved and refused', async () => {
    const [, , third] = [rita, rob, await newOperator(world, ['risk'], 'Ruth')];
    const { id } = await propose();
    const outcomes = await Promise.allSettled([approve(id), approve(id, third.operatorId)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: conflict });

    const next = await propose({ ...figures, lowestScore: 500 });
    const mixed = await Promise.allSettled([
      approve(next.id),
      asOperator((tx) => refusePolicy(tx, { changeId: next.id, operatorId: third.operatorId })),
    ]);
    expect(mixed.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [latest] = await shop.inTx((tx) => listPolicyChanges(tx, { limit: 1 }));
    const { lowestScore } = await shop.inTx(policyOf);
    expect(lowestScore).toBe(latest?.status === 'approved' ? 500 : 850);
  });

  test('of two proposals at the same moment one is kept, and no other while it is open', async () => {
    const outcomes = await Promise.allSettled([propose(), propose({ ...figures, lowestScore: 500 })]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(propose()).rejects.toMatchObject(conflict);
  });

  test('expires after seven days, and another one can be proposed', async () => {
    const { id } = await propose();
    const start = world.clock.at;
    world.clock.at = new Date(start.getTime() + proposalMs);
    try {
      await expect(approve(id)).rejects.toMatchObject(conflict);
      const again = await propose({ ...figures, lowestScore: 500 });
      expect(again.version).toBe(`${termsPolicy.version}.2`);
      const changes = await shop.inTx((tx) => listPolicyChanges(tx, { limit: 9 }));
      expect(changes.map(({ status }) => status)).toEqual(['proposed', 'expired']);
    } finally {
      world.clock.at = start;
    }
  });

  test('says nothing else later, and is decided once', async () => {
    const { id } = await propose();
    const changes = world.context.db('policy_changes').where({ id });
    await expect(changes.clone().update({ note: 'other' })).rejects.toMatchObject({ code: '23001' });
    await expect(changes.clone().delete()).rejects.toMatchObject({ code: '23001' });
    await approve(id);
    await expect(
      changes.clone().update({ status: 'refused', decided_by: rob.operatorId }),
    ).rejects.toMatchObject({ code: '23001' });
    await expect(approve(id)).rejects.toMatchObject(conflict);
  });

  test.each([
    ['nothing would change', figures, 'Why not'],
    ['no reason', stricter, '  '],
    ['a long reason', stricter, 'x'.repeat(1001)],
    ['figures that cannot hold', { ...figures, lowestScore: 200 }, 'Why not'],
  ])('is not proposed with %s', async (_what, policy, note) => {
    await expect(propose(policy, note)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(await shop.inTx((tx) => listPolicyChanges(tx, { limit: 9 }))).toEqual([]);
  });

  test('goes with its sandbox', async () => {
    const { id } = await propose();
    await approve(id);
    await world.context.db.raw('select purge_sandbox(?)', [shop.environmentId]);
    expect(await world.context.db('policy_changes').where({ id })).toEqual([]);
  });
});

test('the effect counts what the cut changes and whose score stands on another tier', () => {
  const decided = (score: number, more: Partial<Decided> = {}): Decided => ({
    month: '2026-01',
    score,
    pd: null,
    limit: 1000n,
    available: 1000n,
    amount: 500n,
    declineCode: null,
    annualRatePpm: 90_000,
    debt: null,
    late: null,
    ...more,
  });
  const decisions = [
    decided(710),
    decided(650),
    decided(490),
    decided(470, { declineCode: 'score_too_low' }),
    decided(470, { declineCode: 'overdue' }),
    decided(470, { declineCode: 'score_too_low', amount: 5000n }),
  ];
  const to: TermsPolicy = {
    ...termsPolicy,
    lowestScore: 460,
    rateFrom: [
      [700, 60_000],
      [640, 95_000],
    ],
    percentFrom: [[645, 100n]],
  };
  expect(effectOf(decisions, termsPolicy, to)).toEqual({
    decisions: 6,
    newlyDeclined: 0,
    // The overdue one stands, and the large one does not fit.
    newlyApproved: 1,
    dearer: 0,
    cheaper: 2,
    carryLess: 1,
    carryMore: 1,
  });
  expect(effectOf(decisions, to, termsPolicy)).toMatchObject({ newlyDeclined: 1, newlyApproved: 0 });
});

describe('the console', () => {
  test('previews, proposes, lets only another one approve, and keeps all of it', async () => {
    const { reader } = rita;
    await reader.get(`${at}/policy`);
    expect(reader.text).toContain('It came with the gateway.');
    const typed = { ...writePolicy(termsPolicy), lowestScore: '850' };
    await reader.get(`${at}/policy/preview?${new URLSearchParams(typed).toString()}`);
    expect(reader.text).toContain('What would change');
    await reader.submit('/policy/propose', { note: 'Losses <b>rise</b>' });
    expect(reader.text).toContain('It is proposed.');
    expect(reader.page.html).toContain('Losses &lt;b>rise&lt;/b>');
    expect(reader.text).toContain('Somebody else has to approve it.');
    const id = /policy\/(plc_[0-9a-f]{32})\/refuse/.exec(reader.page.html)?.[1] ?? '';
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post(`${at}/policy/${id}/approve`, { form_token: token });
    expect(reader.text).toContain('That is not possible');

    await rob.reader.get(`${at}/policy`);
    await rob.reader.submit(`/policy/${id}/approve`);
    expect(rob.reader.text).toContain('It is in force for every decision from now on.');
    expect(rob.reader.text).toContain(`${termsPolicy.version}.1`);
    const kept = await world.context
      .db('operator_audit')
      .where({ object_id: id })
      .orderBy('id')
      .select('action', 'operator_id');
    expect(kept).toEqual([
      { action: 'policy_proposed', operator_id: rita.operatorId },
      { action: 'policy_approved', operator_id: rob.operatorId },
    ]);
  });

  test('says which figure cannot hold, and proposes nothing', async () => {
    const { reader } = rita;
    const typed = { ...writePolicy(termsPolicy), lowestScore: '12', rateFrom: '<script>' };
    await reader.get(`${at}/policy/preview?${new URLSearchParams(typed).toString()}`);
    expect(reader.text).toContain('Yearly rate by score: this cannot hold.');
    expect(reader.page.html).not.toContain('<script>');
    expect(reader.page.html).not.toContain('/policy/propose');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post(`${at}/policy/propose`, { form_token: token, ...typed, note: 'x' });
    expect(reader.text).toContain('That was not proposed');
  });

  test('lets administrators look and nobody else', async () => {
    const admin = await newOperator(world, ['admin'], 'Ada');
    await admin.reader.get(`${at}/policy`);
    expect(admin.reader.page.status).toBe(200);
    expect(admin.reader.text).not.toContain('Propose other figures');
    const { id } = await propose();
    const token = /name="form_token" value="([^"]*)"/.exec(admin.reader.page.html)?.[1] ?? '';
    await admin.reader.post(`${at}/policy/${id}/approve`, { form_token: token });
    expect(admin.reader.page.status).toBe(403);
    const support = await newOperator(world, ['support', 'treasury'], 'Sue');
    await support.reader.get(`${at}/policy`);
    expect(support.reader.page.status).toBe(403);
  });
});

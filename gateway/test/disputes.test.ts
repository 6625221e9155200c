import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisputeJson, EvidenceJson } from '../src/api/resources/dispute.ts';
import type { OrderJson } from '../src/api/resources/order.ts';
import { acceptDispute, answerDispute, withdrawDispute } from '../src/disputes/answer.ts';
import { decideDispute } from '../src/disputes/decide.ts';
import { readEvidence } from '../src/disputes/evidence/files.ts';
import { sweepEvidence } from '../src/disputes/evidence/sweep.ts';
import { mostFileBytes } from '../src/disputes/evidence/types.ts';
import { openDispute } from '../src/disputes/open.ts';
import { type Account, account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { eventsOf } from './support/lateness.ts';
import { expectPlanFollowsLog } from './support/servicing.ts';
import { openShop, type Problem, type Shop, type ShopInput } from './support/shop.ts';
import { signedHeaders } from './support/sign.ts';
import { authorizedOrder, type Buyer, installmentsOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, origin, type World } from './support/world.ts';

// Amounts are cents. The merchant's fee is 3 % and 1.00.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

async function bought(
  input: { plan?: 'pay_in_4' | 'monthly_6'; amount?: number; shop?: ShopInput } = {},
): Promise<Bought> {
  const { plan = 'pay_in_4', amount = 8000 } = input;
  const shop = await openShop(world, { fee_basis_points: 300, fee_fixed: 100, ...input.shop });
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return { shop, buyer, order };
}

const dispute = ({ shop, order }: Bought, amount?: number): Promise<DisputeJson> =>
  shop.post(`/v1/sandbox/orders/${order.id}/dispute`, {
    reason: 'damaged',
    text: 'The cup was broken when it came.',
    ...(amount !== undefined && { amount }),
  });

const balanceOf = ({ shop }: Bought, name: Account) => shop.inTx((tx) => balance(tx, name, 'CNY'), 'read');
const merchantOf = (own: Bought) => balanceOf(own, account('merchant', own.shop.merchantId));

const linesOf = ({ shop }: Bought, sourceId: string): Promise<{ kind: string; amount: bigint }[]> =>
  world
    .db('settlement_lines')
    .where({ environment_id: shop.environmentId, source_id: sourceId })
    .orderBy('id')
    .select('kind', 'amount');

async function expectSound({ shop, order }: Bought): Promise<void> {
  await shop.expectSoundBooks();
  await expectPlanFollowsLog(shop, order.plan_id);
}

const leftOf = async ({ shop, order }: Bought) =>
  (await installmentsOf(shop, order.plan_id)).map(({ amount, paidAmount }) => amount - paidAmount);

describe('a dispute', { timeout: 120_000 }, () => {
  it('sets its amount apart, stops the dues, and is lost to the cent when the merchant accepts it', async () => {
    const own = await bought();
    const { shop, order, buyer } = own;
    const before = await merchantOf(own);
    const opened = await dispute(own, 3000);
    expect(opened).toMatchObject({
      status: 'open',
      amount: 3000,
      allowed_actions: ['answer', 'accept', 'add_evidence'],
      response_due_at: '2026-03-14T16:00:00.000Z',
      shopper_text: 'The cup was broken when it came.',
    });
    expect(before - (await merchantOf(own))).toBe(3000n);
    expect(await balanceOf(own, account('dispute_held', opened.id))).toBe(3000n);
    expect(await linesOf(own, opened.id)).toEqual([{ kind: 'dispute', amount: -3000n }]);
    expect((await installmentsOf(shop, order.plan_id)).filter((item) => item.pausedUntil)).toHaveLength(3);
    await expectSound(own);

    // What is disputed is not refunded beside it, and what is not can be.
    const refund = (amount: number) => ({ reference: newId('req'), amount });
    expect(await shop.refusal('POST', `/v1/orders/${order.id}/refunds`, refund(5001))).toMatchObject({
      code: 'dispute_open',
      status: 409,
      detail: '3000 of the order is disputed, so at most 5000 can be refunded beside it.',
      hint: 'Accept the dispute to refund what it is about.',
      dispute_id: opened.id,
    });
    expect(
      await shop.refusal('POST', `/v1/orders/${order.id}/returns`, { ...refund(100), reason: 'damaged' }),
    ).toMatchObject({ code: 'dispute_open' });
    await shop.post(`/v1/orders/${order.id}/refunds`, refund(1000));
    expect(
      await shop.refusal('POST', `/v1/sandbox/orders/${order.id}/dispute`, {
        reason: 'damaged',
        text: 'Again.',
      }),
    ).toMatchObject({ code: 'dispute_open' });

    // Nothing is taken while it is open.
    await shop.advance(10);
    expect((await leftOf(own)).reduce((sum, left) => sum + left, 0n)).toBe(5000n);
    const key = newId('req');
    const lost = await shop.post<DisputeJson>(`/v1/disputes/${opened.id}/accept`, undefined, {
      idempotencyKey: key,
    });
    expect(lost).toMatchObject({
      status: 'lost',
      refunded_amount: 3000,
      ended_by: 'merchant',
      allowed_actions: [],
    });
    expect(await shop.post(`/v1/disputes/${opened.id}/accept`, undefined, { idempotencyKey: key })).toEqual(
      lost,
    );
    expect(await balanceOf(own, account('dispute_held', opened.id))).toBe(0n);
    // 3 % of 30.00 comes back, and no refund line: the money left when it was opened.
    expect(await linesOf(own, lost.refund_id!)).toEqual([{ kind: 'refund_fee', amount: 90n }]);
    expect(await leftOf(own)).toEqual([0n, 2000n, 0n, 0n]);
    expect(await eventsOf(shop, 'dispute.closed')).toMatchObject([{ data: { refunded_amount: 3000 } }]);
    expect(await balanceOf(own, account('shopper', buyer.shopperId))).toBe(0n);
    await expectSound(own);
    expect(await shop.refusal('POST', `/v1/disputes/${opened.id}/accept`)).toMatchObject({
      code: 'state_conflict',
    });
  });

  it('that a person decides in part is both, on a plan with interest', async () => {
    const own = await bought({ plan: 'monthly_6', amount: 120_000 });
    const { shop, order } = own;
    await shop.advance(5);
    const before = await merchantOf(own);
    const opened = await dispute(own, 60_000);
    const decide = (body: object) => shop.send('POST', `/v1/sandbox/disputes/${opened.id}/decide`, body);
    const partly = { outcome: 'partly_won', refunded_amount: 30_000, note: 'One of two was broken.' };
    expect((await decide(partly)).status).toBe(409);
    expect(
      await shop.post(`/v1/disputes/${opened.id}/evidence`, { text: 'It left us whole.' }),
    ).toMatchObject({ status: 'under_review', answer_text: 'It left us whole.' });
    await shop.advance(40);
    expect(await shop.get(`/v1/disputes/${opened.id}`)).toMatchObject({ status: 'under_review' });
    for (const wrong of [{ refunded_amount: 60_000 }, { outcome: 'won' }, { outcome: 'lost' }])
      expect((await decide({ ...partly, ...wrong })).body).toMatchObject({ code: 'amount_invalid' });
    const decided = (await decide(partly)).body as DisputeJson;
    expect(decided).toMatchObject({
      status: 'partly_won',
      refunded_amount: 30_000,
      decision_text: 'One of two was broken.',
    });
    expect(await linesOf(own, opened.id)).toEqual([
      { kind: 'dispute', amount: -60_000n },
      { kind: 'dispute_won', amount: 30_000n },
    ]);
    // 300.00 of the goods, and 3 % of it back.
    expect(before - (await merchantOf(own))).toBe(30_000n - 900n);
    expect(await balanceOf(own, account('dispute_held', opened.id))).toBe(0n);
    const plan = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    // Refunded goods cost nothing: 1.2 % on a quarter of the debt for the first month and a half came back.
    expect(plan.returnedInterest).toBeGreaterThan(0n);
    expect(plan).toMatchObject({ status: 'active', bucket: 'current' });
    await expectSound(own);
    await shop.advance(3);
    await expectSound(own);
  });

  it('that the merchant does not answer is lost at its deadline, after a reminder', async () => {
    const own = await bought();
    const { shop } = own;
    const opened = await dispute(own);
    await shop.advance(11);
    const reminders = () =>
      world
        .db('events')
        .where({ environment_id: shop.environmentId, type: 'dispute.response_due', stream: shop.merchantId });
    expect(await reminders()).toHaveLength(1);
    expect(await eventsOf(shop, 'dispute.response_due')).toHaveLength(0);
    await shop.advance(3);
    expect(await reminders()).toHaveLength(1);
    expect(await shop.get(`/v1/disputes/${opened.id}`)).toMatchObject({
      status: 'lost',
      refunded_amount: 8000,
      ended_by: 'deadline',
    });
    await world.runAttempts();
    // The first installment was paid, and went back to its card.
    expect(await balanceOf(own, account('shopper', own.buyer.shopperId))).toBe(0n);
    await expectSound(own);
  });

  it('that is withdrawn or won gives the merchant all back, and the dues go on later', async () => {
    const own = await bought();
    const { shop, order } = own;
    const before = await merchantOf(own);
    const dates = async () => (await installmentsOf(shop, order.plan_id)).map(({ dueDate }) => dueDate);
    const agreed = await dates();
    const first = await dispute(own);
    await shop.advance(20 - 7);
    await shop.inTx((tx) => withdrawDispute(tx, { disputeId: first.id, shopperId: own.buyer.shopperId }));
    expect(await merchantOf(own)).toBe(before);
    expect(await dates()).toEqual(agreed);
    const second = await dispute(own, 1);
    await shop.post(`/v1/disputes/${second.id}/evidence`, { text: 'No.' });
    await shop.advance(5);
    const won = await shop.post(`/v1/sandbox/disputes/${second.id}/decide`, {
      outcome: 'won',
      note: 'It was whole.',
    });
    expect(won).toMatchObject({ status: 'won', refunded_amount: 0, refund_id: null });
    // Settlements went on meanwhile: the cent waited in them, and is back.
    expect(await linesOf(own, second.id)).toEqual([
      { kind: 'dispute', amount: -1n },
      { kind: 'dispute_won', amount: 1n },
    ]);
    expect(await balanceOf(own, account('dispute_held', second.id))).toBe(0n);
    // Five days of standing still, over the second due date.
    expect(await dates()).toEqual([agreed[0], '2026-03-20', '2026-04-03', '2026-04-17']);
    await expectSound(own);
    await shop.post(`/v1/disputes/${(await dispute(own, 1)).id}/accept`);
    expect(
      await shop.refusal('POST', `/v1/sandbox/orders/${order.id}/dispute`, {
        reason: 'damaged',
        text: 'Again.',
      }),
    ).toMatchObject({ code: 'state_conflict' });
  });

  it('of an order of which nothing can be refunded any more is refused', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 8000 });
    await ship(shop, order.id, 3000);
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'all-of-it', amount: 3000 });
    const words = { reason: 'damaged', text: 'The cup was broken when it came.' };
    expect(await shop.refusal('POST', `/v1/sandbox/orders/${order.id}/dispute`, words)).toMatchObject({
      code: 'state_conflict',
      detail: 'Nothing of this order can be refunded any more.',
    });
  });

  it('opens once however often it is asked for at once, and ends once', async () => {
    const own = await bought();
    const { shop, order, buyer } = own;
    const input = {
      orderId: order.id,
      shopperId: buyer.shopperId,
      reason: 'not_received',
      amount: 5000n,
      words: 'Nothing came.',
    } as const;
    const keys = ['same', 'same', 'other', 'another'];
    const opened = await Promise.allSettled(
      keys.map((formKey) => shop.inTx((tx) => openDispute(tx, { ...input, formKey }))),
    );
    const ids = new Set(opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : [])));
    expect(ids.size).toBe(1);
    const refused = opened.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(new Set(refused)).toEqual(new Set(['dispute_open']));
    const [disputeId = ''] = ids;
    await shop.inTx((tx) => answerDispute(tx, { disputeId, merchantId: shop.merchantId, text: 'It did.' }));
    const ended = await Promise.allSettled([
      shop.inTx((tx) => withdrawDispute(tx, { disputeId, shopperId: buyer.shopperId })),
      shop.inTx((tx) =>
        decideDispute(tx, { disputeId, operatorId: 'opr_1', outcome: 'lost', note: 'Nothing was sent.' }),
      ),
      shop.inTx((tx) => acceptDispute(tx, { disputeId, merchantId: shop.merchantId })),
    ]);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balanceOf(own, account('dispute_held', disputeId))).toBe(0n);
    await world.runAttempts();
    await expectSound(own);
  });
});

describe('evidence', { timeout: 120_000 }, () => {
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    Buffer.from('a picture'),
  ]);

  /** A signed request whose body is a file. */
  async function upload(
    { shop }: Bought,
    disputeId: string,
    input: { bytes: Buffer; type?: string; name?: string; length?: number },
  ): Promise<{ status: number; body: EvidenceJson | Problem }> {
    const { bytes, type = 'image/png', name = 'cup.png' } = input;
    const path = `/v1/disputes/${disputeId}/evidence-files?name=${encodeURIComponent(name)}`;
    const headers = signedHeaders({
      method: 'POST',
      url: origin + path,
      created: Math.floor(world.clock.at.getTime() / 1000),
      key: shop.key,
      body: bytes,
      idempotencyKey: newId('req'),
    });
    const response = await fetch(world.address + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, body: (await response.json()) as EvidenceJson | Problem };
  }

  it('is kept sealed outside the database, read by both sides, and swept when nobody knows it', async () => {
    const own = await bought();
    const { shop, buyer } = own;
    const { id: disputeId } = await dispute(own);
    const added = await upload(own, disputeId, { bytes: png, name: '../../etc/"cup".png' });
    expect(added).toMatchObject({
      status: 201,
      body: {
        given_by: 'merchant',
        name: 'cup.png',
        content_type: 'image/png',
        size: png.length,
        sha256: createHash('sha256').update(png).digest('hex'),
      },
    });
    const { id: evidenceId } = added.body as EvidenceJson;
    expect((await upload(own, disputeId, { bytes: png })).body).toMatchObject({ id: evidenceId });
    const { evidence } = world.context;
    const [row] = await world
      .db('dispute_evidence')
      .where({ id: evidenceId })
      .select('stored_as', 'name_sealed');
    const sealed = (await evidence.get(row.stored_as)).toString('latin1');
    expect(sealed).not.toContain(png.toString('base64').slice(0, 8));
    expect(row.name_sealed).not.toContain('cup');

    const content = await shop.get<{ content: string }>(
      `/v1/disputes/${disputeId}/evidence-files/${evidenceId}`,
    );
    expect(Buffer.from(content.content, 'base64')).toEqual(png);
    const host = { evidence, inTx: shop.inTx };
    const read = await readEvidence(host, { disputeId, evidenceId, shopperId: buyer.shopperId });
    expect(read.bytes).toEqual(png);
    await expect(
      readEvidence(host, { disputeId, evidenceId, shopperId: newId('shp') }),
    ).rejects.toMatchObject({ code: 'not_found' });
    const stranger = await openShop(world);
    expect(
      await stranger.refusal('GET', `/v1/disputes/${disputeId}/evidence-files/${evidenceId}`),
    ).toMatchObject({ code: 'not_found' });

    const orphan = createHash('sha256').update('nobody').digest('hex');
    await evidence.put(orphan, Buffer.from('left over'));
    const sweep = (at: Date) => sweepEvidence({ ...world.context, clock: { now: () => at } });
    expect(await sweep(new Date('2020-01-01T00:00:00Z'))).toBe(0);
    expect(await sweep(new Date('2100-01-01T00:00:00Z'))).toBe(1);
    await expect(evidence.get(orphan)).rejects.toThrow('ENOENT');
    await expect(evidence.get(row.stored_as)).resolves.toBeDefined();
    await expect(evidence.get('../../etc/passwd')).rejects.toThrow('no file of ours');
  });

  it('is refused when it is too large, of another type than it says, or one too many', async () => {
    const own = await bought();
    const { id } = await dispute(own);
    const refusedWith = async (input: Parameters<typeof upload>[2]) => {
      const { status, body } = await upload(own, id, input);
      return [status, (body as Problem).code];
    };
    const large = Buffer.concat([png, Buffer.alloc(50 * 1024 * 1024)]);
    expect(await refusedWith({ bytes: large })).toEqual([413, 'body_too_large']);
    expect(await refusedWith({ bytes: Buffer.concat([png, Buffer.alloc(mostFileBytes)]) })).toEqual([
      413,
      'body_too_large',
    ]);
    expect(await refusedWith({ bytes: png, type: 'application/zip' })).toEqual([
      415,
      'content_type_unsupported',
    ]);
    expect(await refusedWith({ bytes: png, type: 'application/pdf' })).toEqual([422, 'evidence_unreadable']);
    const script = Buffer.from('MZ\u0000\u0001');
    expect(await refusedWith({ bytes: script, type: 'text/plain' })).toEqual([422, 'evidence_unreadable']);
    for (let number = 0; number < 10; number += 1)
      expect((await upload(own, id, { bytes: Buffer.from(`${number}`), type: 'text/plain' })).status).toBe(
        201,
      );
    expect(await refusedWith({ bytes: png })).toEqual([409, 'evidence_limit']);
    await own.shop.post(`/v1/disputes/${id}/accept`);
    expect(await refusedWith({ bytes: Buffer.from('late'), type: 'text/plain' })).toEqual([
      409,
      'state_conflict',
    ]);
    const listed = await own.shop.get<{ data: DisputeJson[] }>(`/v1/disputes?order_id=${own.order.id}`);
    expect(listed.data.map(({ evidence }) => evidence.length)).toEqual([10]);
  });
});

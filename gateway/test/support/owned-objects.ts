import { appealAgainst } from '../../src/appeals/appeal.ts';
import { addEvidence } from '../../src/disputes/evidence/add.ts';
import { activeAgreement } from './agreements.ts';
import type { Shop } from './shop.ts';
import { authorizedOrder, claimAndDecide, newBuyer, openCheckout, ship } from './walk.ts';
import type { World } from './world.ts';

/** One of every kind of object that the path of a route of the API can name, by the name of the parameter. */
export async function ownedObjects(world: World, shop: Shop): Promise<Record<string, string>> {
  const order = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
  await ship(shop, order.id, 3000);
  await shop.advance(1);
  await world.sequence();
  const first = async (path: string) => (await shop.get<{ data: { id: string }[] }>(path)).data[0]?.id ?? '';
  return {
    session_id: order.checkout_session_id ?? '',
    kid: shop.key.keyid.split('/')[1] ?? '',
    agreement_id: (await activeAgreement(shop)).agreement.id,
    order_id: order.id,
    plan_id: order.plan_id,
    return_id: (
      await shop.post<{ id: string }>(`/v1/orders/${order.id}/returns`, {
        reference: 'back',
        amount: 1000,
        reason: 'damaged',
      })
    ).id,
    ...(await disputedBy(world, shop)),
    run_id: (await shop.post<{ id: string }>('/v1/sandbox/scenarios', { name: 'all funders down' })).id,
    settlement_id: await first('/v1/settlements'),
    payout_id: await first('/v1/payouts'),
    number: '1',
    ...(await appealOn(shop)),
    event_id: await first('/v1/events'),
    endpoint_id: (
      await shop.post<{ id: string }>('/v1/webhook-endpoints', {
        url: 'http://127.0.0.1:9/',
        event_types: ['*'],
      })
    ).id,
  };
}

/** Another order of the shop with a dispute that has a file, and its first repayment. */
async function disputedBy(
  world: World,
  of: Shop,
): Promise<Record<'dispute_id' | 'evidence_id' | 'repayment_id', string>> {
  const { id, plan_id } = await authorizedOrder(of, { amount: 5000 });
  await ship(of, id, 5000);
  const dispute = await of.post<{ id: string }>(`/v1/sandbox/orders/${id}/dispute`, {
    reason: 'damaged',
    text: 'It was broken.',
  });
  const evidence = await addEvidence(
    { evidence: world.context.evidence, inTx: of.inTx },
    { disputeId: dispute.id, side: 'merchant', name: 'a.txt', bytes: Buffer.from('a') },
  );
  const repayment = await world.db('repayments').where({ plan_id }).first('id');
  return { dispute_id: dispute.id, evidence_id: evidence.id, repayment_id: repayment.id };
}

/** A shopper of the shop appeals against a decline. */
async function appealOn(of: Shop): Promise<Record<'appeal_id' | 'assessment_id', string>> {
  const { shopperId } = await newBuyer(of);
  const session = await openCheckout(of, 1_000_000);
  const { assessment } = await claimAndDecide(of, session.id, shopperId);
  const answer = await of.inTx((tx) => appealAgainst(tx, { assessmentId: assessment.id, shopperId }));
  if (answer.outcome === 'refused') throw new Error(answer.code);
  return { appeal_id: answer.appeal.id, assessment_id: assessment.id };
}

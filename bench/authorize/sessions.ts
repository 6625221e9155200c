import { claimSession } from '../../gateway/src/checkout/claim.ts';
import { confirm } from '../../gateway/src/checkout/confirm.ts';
import { decide } from '../../gateway/src/checkout/decide.ts';
import { openSession, type SessionRow, toSession } from '../../gateway/src/checkout/sessions.ts';
import { tokenOf } from '../../gateway/src/checkout/token.ts';
import { newId } from '../../gateway/src/lib/ids.ts';
import { addPaymentMethod } from '../../gateway/src/processor/payment-methods.ts';
import { findOrCreateShopper } from '../../gateway/src/shoppers/profile.ts';
import { copyOf, copyRows, type CopiedRows } from './copies.ts';
import type { Purchase, PurchaseKind } from './purchases.ts';
import { currency, savedCard, type World } from './world.ts';

const amount = 10_000;

/** One confirmed session, made the way the hosted page makes it. The others are its copies. */
async function confirmTemplate({ inTx, merchantId }: World): Promise<string> {
  const { shopperId } = await inTx((tx) =>
    findOrCreateShopper(tx, { phone: '+8613900000001', locale: 'en' }),
  );
  const method = await inTx((tx) => addPaymentMethod(tx, { shopperId, saved: savedCard }));
  const { session } = await inTx((tx) =>
    openSession(tx, {
      merchantId,
      merchantReference: newId('req'),
      amount: BigInt(amount),
      currency,
      lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
      returnUrl: 'https://shop.example/return',
    }),
  );
  const input = { sessionId: session.id, shopperId };
  await inTx((tx) => claimSession(tx, input));
  await inTx((tx) => decide(tx, input));
  await inTx((tx) => confirm(tx, { ...input, planCode: 'pay_in_4', paymentMethodId: method.id }));
  return session.id;
}

const copied: CopiedRows = {
  ids: {
    session_id: 'cs',
    shopper_id: 'shp',
    line_id: 'crl',
    hold_id: 'hld',
    method_id: 'pm',
    reference: 'req',
  },
  template: `select s.environment_id, s.id as session_id, s.shopper_id, s.hold_id, s.payment_method_id as method_id,
      h.credit_line_id as line_id, h.funder_id, h.slot, h.currency, h.amount
    from checkout_sessions s join holds h on h.environment_id = s.environment_id and h.id = s.hold_id
    where s.id = :template`,
  sql: [
    copyOf(
      'shoppers',
      'x.id = t.shopper_id',
      `'id', b.shopper_id, 'phone_index', '\\x' || encode(sha256(convert_to(b.shopper_id, 'utf8')), 'hex')`,
    ),
    copyOf('payment_methods', 'x.id = t.method_id', `'id', b.method_id, 'shopper_id', b.shopper_id`),
    copyOf('credit_lines', 'x.id = t.line_id', `'id', b.line_id, 'shopper_id', b.shopper_id`),
    copyOf('holds', 'x.id = t.hold_id', `'id', b.hold_id, 'credit_line_id', b.line_id`),
    `update funder_slots f set remaining = f.remaining - t.amount * :count
     from template t where f.environment_id = t.environment_id and f.funder_id = t.funder_id
       and f.currency = t.currency and f.slot = t.slot`,
    copyOf(
      'checkout_sessions',
      'x.id = t.session_id',
      `'id', b.session_id, 'shopper_id', b.shopper_id, 'hold_id', b.hold_id, 'payment_method_id', b.method_id,
       'merchant_reference', b.reference,
       'secret_hash', '\\x' || encode(sha256(convert_to(b.session_id, 'utf8')), 'hex'),
       'confirmed_at', date_trunc('milliseconds', now()), 'token_expires_at', now() + interval '15 minutes',
       'expires_at', now() + interval '30 minutes'`,
    ),
  ],
};

/** Orders by the checkout token of a confirmed session, each of a shopper who has no other. */
export async function ordersByToken(world: World): Promise<PurchaseKind> {
  const template = await confirmTemplate(world);
  return {
    name: 'token',
    prepare: (count) =>
      world.inTx(async (tx) => {
        const batch = await copyRows(tx, copied, { template, count });
        const rows = await tx
          .sql<SessionRow>('checkout_sessions')
          .whereIn('id', tx.sql.select('session_id').from('batch') as never);
        const tokens = new Map(rows.map((row) => [row.id as string, tokenOf(tx, toSession(row))]));
        return batch.map((ids): Purchase => {
          const { session_id: sessionId = '', reference = '' } = ids;
          const body = {
            checkout_token: tokens.get(sessionId),
            merchant_reference: reference,
            amount,
            currency,
          };
          return { path: '/v1/orders', body, ids: Object.values(ids), slot: 0 };
        });
      }),
  };
}

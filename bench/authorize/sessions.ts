import { claimSession } from '../../gateway/src/checkout/claim.ts';
import { confirm } from '../../gateway/src/checkout/confirm.ts';
import { decide } from '../../gateway/src/checkout/decide.ts';
import { openSession, type SessionRow, toSession } from '../../gateway/src/checkout/sessions.ts';
import { tokenOf } from '../../gateway/src/checkout/token.ts';
import { type IdPrefix, newId } from '../../gateway/src/lib/ids.ts';
import { addPaymentMethod } from '../../gateway/src/processor/payment-methods.ts';
import { findOrCreateShopper } from '../../gateway/src/shoppers/profile.ts';
import { currency, type World } from './world.ts';

const amount = 10_000;

/** A confirmed session that waits to become an order, of a shopper who has no other. */
export type Confirmed = {
  sessionId: string;
  shopperId: string;
  holdId: string;
  methodId: string;
  reference: string;
  /** What its merchant sends to have it authorized. */
  body: { checkout_token: string; merchant_reference: string; amount: number; currency: string };
};

/** One confirmed session, made the way the hosted page makes it. The others are its copies. */
export async function confirmTemplate({ inTx, merchantId }: World): Promise<string> {
  const { shopperId } = await inTx((tx) =>
    findOrCreateShopper(tx, { phone: '+8613900000001', locale: 'en' }),
  );
  const saved = {
    kind: 'card' as const,
    customer: 'cus_bench',
    method: 'pm_bench',
    brand: 'visa',
    last4: '4242',
  };
  const method = await inTx((tx) => addPaymentMethod(tx, { shopperId, saved }));
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

/**
 * Copies of the template's rows, each with ids of its own: a shopper with a credit line, a payment method, a hold and
 * the session. What may differ between them, and what a look-up would find, does.
 */
const copySql = [
  `create temporary table batch on commit drop as
   select ${freshId('cs')} as session_id, ${freshId('shp')} as shopper_id, ${freshId('crl')} as line_id,
     ${freshId('hld')} as hold_id, ${freshId('pm')} as method_id, ${freshId('req')} as reference
   from generate_series(1, cast(:count as integer))`,
  `create temporary table template on commit drop as
   select s.environment_id, s.id as session_id, s.shopper_id, s.hold_id, s.payment_method_id as method_id,
     h.credit_line_id as line_id, h.funder_id, h.slot, h.currency, h.amount
   from checkout_sessions s join holds h on h.environment_id = s.environment_id and h.id = s.hold_id
   where s.id = :template`,
  copyOf(
    'shoppers',
    'shopper_id',
    `'phone_index', '\\x' || encode(sha256(convert_to(b.shopper_id, 'utf8')), 'hex')`,
  ),
  copyOf('payment_methods', 'method_id', `'shopper_id', b.shopper_id`),
  copyOf('credit_lines', 'line_id', `'shopper_id', b.shopper_id`),
  copyOf('holds', 'hold_id', `'credit_line_id', b.line_id`),
  `update funder_slots f set remaining = f.remaining - t.amount * :count
   from template t where f.environment_id = t.environment_id and f.funder_id = t.funder_id
     and f.currency = t.currency and f.slot = t.slot`,
  copyOf(
    'checkout_sessions',
    'session_id',
    `'shopper_id', b.shopper_id, 'hold_id', b.hold_id, 'payment_method_id', b.method_id,
     'merchant_reference', b.reference, 'secret_hash', '\\x' || encode(sha256(convert_to(b.session_id, 'utf8')), 'hex'),
     'confirmed_at', date_trunc('milliseconds', now()), 'token_expires_at', now() + interval '15 minutes',
     'expires_at', now() + interval '30 minutes'`,
  ),
];

/** As `newId` makes them. */
function freshId(prefix: IdPrefix): string {
  return `'${prefix}_' || replace(cast(uuidv7() as text), '-', '')`;
}

function copyOf(table: string, idColumn: string, changes: string): string {
  return `insert into ${table}
    select r.* from template t
      join ${table} x on x.environment_id = t.environment_id and x.id = t.${idColumn}
      cross join batch b
      cross join lateral jsonb_populate_record(x, jsonb_build_object('id', b.${idColumn}, ${changes})) r`;
}

/** Prepares `count` more confirmed sessions, and lets the database settle before anything is measured. */
export async function copySessions(world: World, template: string, count: number): Promise<Confirmed[]> {
  const confirmed = await world.inTx(async (tx) => {
    for (const sql of copySql) await tx.sql.raw(sql, { count, template });
    const rows = await tx
      .sql<SessionRow>('checkout_sessions')
      .whereIn('id', tx.sql.select('session_id').from('batch') as never)
      .orderBy('id');
    return rows.map((row): Confirmed => {
      const { id, shopper_id, hold_id, payment_method_id, merchant_reference } = row;
      if (!shopper_id || !hold_id || !payment_method_id) throw new Error(`${id} is no confirmed session`);
      const checkout_token = tokenOf(tx, toSession(row));
      return {
        sessionId: id,
        shopperId: shopper_id,
        holdId: hold_id,
        methodId: payment_method_id,
        reference: merchant_reference,
        body: { checkout_token, merchant_reference, amount, currency },
      };
    });
  });
  await world.context.db.raw('vacuum analyze');
  await world.context.db.raw('checkpoint');
  return confirmed;
}

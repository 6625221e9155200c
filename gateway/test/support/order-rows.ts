import type { Id } from '../../src/lib/ids.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tx } from '../../src/lib/tx.ts';

export type OrderRows = {
  orderId: Id<'ord'>;
  planId: Id<'pln'>;
  repaymentId: Id<'rep'>;
  refundId: Id<'rfd'>;
  /** Of the three installments: due, with a part of it paid, and paid. */
  installmentIds: Id<'ins'>[];
};

/** One order with its plan, installments, a repayment and a refund, as rows: for those who only read them. */
export async function insertOrder(
  tx: Tx,
  input: { merchantId: string; shopperId: Id<'shp'>; currency: string },
): Promise<OrderRows> {
  const { merchantId, shopperId, currency } = input;
  const environment_id = tx.environment.id;
  const ids = {
    funder: newId('fnd'),
    line: newId('crl'),
    hold: newId('hld'),
    method: newId('pm'),
    session: newId('cs'),
    order: newId('ord'),
    plan: newId('pln'),
    repayment: newId('rep'),
    refund: newId('rfd'),
  };
  const created_at = tx.now;
  const put = (table: string, rows: object | object[]) =>
    tx.sql(table).insert([rows].flat().map((row) => ({ environment_id, ...row })));
  const funder_id = ids.funder;
  await put('funders', {
    id: ids.funder,
    name: 'Bank',
    priority: 1,
    fee_share_basis_points: 0,
    servicing_basis_points: 0,
    status: 'active',
    created_at,
  });
  await put('funder_slots', { funder_id, currency, slot: 0, capacity: 10_000n, remaining: 0n });
  await put('credit_lines', {
    id: ids.line,
    shopper_id: shopperId,
    currency,
    target_limit: 10_000n,
    limit_amount: 10_000n,
    annual_rate_ppm: 144_000,
    terms_since: tx.now,
    held: 0n,
    used: 10_000n,
    status: 'active',
    created_at,
  });
  await put('holds', {
    id: ids.hold,
    credit_line_id: ids.line,
    funder_id,
    slot: 0,
    currency,
    amount: 0n,
    original_amount: 10_000n,
    status: 'converted',
    created_at,
  });
  await put('payment_methods', {
    id: ids.method,
    shopper_id: shopperId,
    processor_customer: 'cus_1',
    processor_method: 'pm_1',
    brand: 'visa',
    last4: '4242',
    status: 'active',
    created_at,
  });
  await put('checkout_sessions', {
    id: ids.session,
    merchant_id: merchantId,
    merchant_reference: ids.session,
    amount: 10_000n,
    currency,
    lines: '[]',
    lines_hash: '',
    return_url: 'https://shop.example/',
    secret_hash: Buffer.from(ids.session),
    status: 'completed',
    shopper_id: shopperId,
    confirmed_offer: '{}',
    hold_id: ids.hold,
    order_id: ids.order,
    created_at,
    expires_at: created_at,
  });
  await put('orders', {
    id: ids.order,
    merchant_id: merchantId,
    shopper_id: shopperId,
    checkout_session_id: ids.session,
    plan_id: ids.plan,
    hold_id: ids.hold,
    merchant_reference: ids.session,
    currency,
    authorized_amount: 10_000n,
    down_amount: 0n,
    captured_amount: 10_000n,
    status: 'captured',
    created_at,
    expires_at: created_at,
  });
  await put('plans', {
    id: ids.plan,
    order_id: ids.order,
    shopper_id: shopperId,
    merchant_id: merchantId,
    funder_id,
    hold_id: ids.hold,
    payment_method_id: ids.method,
    currency,
    snapshot: '{}',
    snapshot_hash: '',
    time_zone: tx.environment.timeZone,
    status: 'active',
    started_on: '2026-03-03',
    created_at,
  });
  const installments = [
    { number: 1, due_date: '2026-03-03', amount: 3_333n, paid_amount: 0n, status: 'due' },
    { number: 2, due_date: '2026-04-03', amount: 3_333n, paid_amount: 1_000n, status: 'overdue' },
    { number: 3, due_date: '2026-05-03', amount: 3_334n, paid_amount: 3_334n, status: 'paid' },
  ].map((row) => ({
    id: newId('ins'),
    plan_id: ids.plan,
    ...row,
    principal: row.amount,
    paid_principal: row.paid_amount,
  }));
  await put('installments', installments);
  await put('repayments', {
    id: ids.repayment,
    plan_id: ids.plan,
    shopper_id: shopperId,
    amount: 4_334n,
    currency,
    status: 'succeeded',
    created_at,
    finished_at: created_at,
  });
  await put('refunds', {
    id: ids.refund,
    order_id: ids.order,
    reference: 'refund-1',
    amount: 2_500n,
    debt_amount: 2_000n,
    money_back_amount: 500n,
    fee_returned: 0n,
    status: 'succeeded',
    created_at,
  });
  return {
    orderId: ids.order,
    planId: ids.plan,
    repaymentId: ids.repayment,
    refundId: ids.refund,
    installmentIds: installments.map(({ id }) => id),
  };
}

import { account } from '../../src/ledger/accounts.ts';
import { balance } from '../../src/ledger/balances.ts';
import { post } from '../../src/ledger/post.ts';
import * as postings from '../../src/ledger/postings.ts';
import { type Id, newId } from '../../src/lib/ids.ts';
import type { Tx } from '../../src/lib/tx.ts';
import { newParties } from './books.ts';

export const currency = 'CNY';

export type LedgerWorld = Awaited<ReturnType<typeof buildLedgerWorld>>;
type Parties = Awaited<ReturnType<typeof insertParties>>;
type Plan = Awaited<ReturnType<typeof insertPlan>>;

/**
 * One shopper, one funder, and what other modules keep beside the ledger, as rows that agree with it:
 * a plan of 100 with 60 captured and 15 repaid; one that is canceled; one that is paid; one with interest, late fee,
 * subsidy and a refund; one that is charged off; a session that is confirmed only; a settlement that is paid, and one
 * whose payout failed and was made again.
 */
export async function buildLedgerWorld(tx: Tx) {
  const parties = await insertParties(tx);
  const active = await insertPlan(tx, parties, { status: 'active', held: 4000n });
  await capture(tx, active, 6000n);
  await insertInstallments(tx, active, [{ principal: 1500n, paid: 1500n }, { principal: 4500n }]);
  await repay(tx, active, { principal: 1500n });

  const canceled = await insertPlan(tx, parties, { status: 'canceled', held: 0n });
  const voided = { pendingId: canceled.pending.id, amount: 10_000n };
  await post(tx, postings.voidAuthorization({ ...canceled.by, ...voided }));

  const paid = await insertPlan(tx, parties, { status: 'paid', held: 0n });
  await capture(tx, paid, 10_000n);
  await insertInstallments(tx, paid, [{ principal: 10_000n, paid: 10_000n }]);
  await repay(tx, paid, { principal: 10_000n });

  const lent = await lend(tx, parties);
  const lost = await insertPlan(tx, parties, { status: 'charged_off', held: 0n });
  await capture(tx, lost, 10_000n);
  await insertInstallments(tx, lost, [{ principal: 10_000n }]);
  const owed = { principal: 10_000n, interest: 0n, fee: 0n };
  await post(tx, postings.chargeOff({ ...lost.by, ...owed, covered: 1000n }));

  await insertHold(tx, parties, { slot: 1, status: 'active', amount: 2000n });
  const settled = await settle(tx, parties);
  await insertWaitingLine(tx, parties);
  return { ...parties, active, canceled, paid, lent, lost, ...settled };
}

/** All that was posted to the merchant and not paid out waits, as one line. */
async function insertWaitingLine(tx: Tx, { merchantId }: Parties): Promise<void> {
  await insert(tx, 'settlement_lines', {
    id: newId('stn'),
    merchant_id: merchantId,
    currency,
    business_date: '2026-03-02',
    kind: 'capture',
    amount: await balance(tx, account('merchant', merchantId), currency),
    source_id: newId('cap'),
  });
}

/** Interest 100 and late fees 50, of which 60 and 30 are paid; a refund took 10 of interest off. 80 of subsidy, 50 earned. */
async function lend(tx: Tx, parties: Parties) {
  const plan = await insertPlan(tx, parties, { status: 'active', held: 0n });
  await capture(tx, plan, 10_000n);
  await post(tx, postings.subsidyFunded({ ...plan.by, amount: 80n }));
  await post(tx, postings.accrue({ ...plan.by, interest: 100n, subsidised: 50n }));
  await post(tx, postings.lateFeeCharged({ ...plan.by, amount: 50n }));
  await insertInstallments(tx, plan, [
    { principal: 2000n, interest: 60n, fee: 30n, paid: 2090n },
    { principal: 7000n, interest: 45n, fee: 20n },
  ]);
  await repay(tx, plan, { principal: 2000n, interest: 60n, fee: 30n });
  const refundId = await refund(tx, plan, { principal: 1000n, interestOff: 10n });
  const posted = {
    accrued_interest: 100n,
    accrued_subsidy: 50n,
    funded_subsidy: 80n,
    returned_interest: 10n,
  };
  await tx.sql('plans').where({ environment_id: tx.environment.id, id: plan.planId }).update(posted);
  return { ...plan, refundId };
}

async function insert(tx: Tx, table: string, row: object): Promise<void> {
  await tx.sql(table).insert({ environment_id: tx.environment.id, created_at: tx.now, ...row });
}

async function insertParties(tx: Tx) {
  const { shopperId, funderId, merchantId } = newParties();
  const [lineId, methodId] = [newId('crl'), newId('pm')];
  const shopper = { data_key: 'k', phone_index: Buffer.from(shopperId), phone_sealed: 's', locale: 'en' };
  await insert(tx, 'shoppers', { id: shopperId, ...shopper });
  const method = { processor_customer: 'cus', processor_method: 'pm', brand: 'visa', last4: '4242' };
  await insert(tx, 'payment_methods', { id: methodId, shopper_id: shopperId, ...method, status: 'active' });
  await insert(tx, 'merchants', {
    id: merchantId,
    name: 'Shop',
    category: 'retail',
    country: 'CN',
    time_zone: 'Asia/Shanghai',
    currency,
    status: 'active',
    allowed_origins: [],
    fee_basis_points: 0,
    fee_fixed: 0n,
    first_part: 'capture',
    payout_account: 'acct',
  });
  const terms = { priority: 1, fee_share_basis_points: 0, servicing_basis_points: 0, status: 'active' };
  await insert(tx, 'funders', { id: funderId, name: 'Funder', ...terms });
  const slot = { environment_id: tx.environment.id, funder_id: funderId, currency, capacity: 20_000n };
  await tx.sql('funder_slots').insert([
    { ...slot, slot: 0, remaining: 20_000n - 15_500n },
    { ...slot, slot: 1, remaining: 20_000n - 2000n },
  ]);
  await insert(tx, 'credit_lines', {
    id: lineId,
    shopper_id: shopperId,
    currency,
    target_limit: 100_000n,
    limit_amount: 100_000n,
    annual_rate_ppm: 144_000,
    terms_since: tx.now,
    held: 6000n,
    used: 11_500n,
    status: 'active',
  });
  return { shopperId, funderId, merchantId, lineId, methodId };
}

async function insertHold(
  tx: Tx,
  { lineId, funderId }: Parties,
  hold: { slot: number; status: string; amount: bigint },
): Promise<Id<'hld'>> {
  const id = newId('hld');
  const owners = { credit_line_id: lineId, funder_id: funderId, currency };
  await insert(tx, 'holds', { id, ...owners, ...hold, original_amount: 10_000n });
  return id;
}

async function insertPlan(tx: Tx, parties: Parties, { status, held }: { status: string; held: bigint }) {
  const { shopperId, merchantId, funderId, methodId } = parties;
  const [planId, orderId] = [newId('pln'), newId('ord')];
  const holdStatus = held > 0n ? 'active' : status === 'canceled' ? 'released' : 'converted';
  const holdId = await insertHold(tx, parties, { slot: 0, status: holdStatus, amount: held });
  await insert(tx, 'plans', {
    id: planId,
    order_id: orderId,
    shopper_id: shopperId,
    merchant_id: merchantId,
    funder_id: funderId,
    hold_id: holdId,
    payment_method_id: methodId,
    currency,
    time_zone: 'Asia/Shanghai',
    snapshot: {},
    snapshot_hash: 'h',
    status,
    started_on: status === 'canceled' ? null : '2026-03-01',
  });
  const by = { currency, subjectId: planId, planId, orderId, shopperId, merchantId, funderId };
  const [pendingId = 0n] = await post(tx, postings.authorize({ ...by, amount: 10_000n }));
  return { planId, orderId, holdId, by, pending: { id: pendingId, amount: 10_000n } };
}

async function capture(tx: Tx, { by, pending }: Plan, financed: bigint): Promise<void> {
  const input = { financed, down: 0n, remainder: 10_000n - financed, merchantFee: 0n, feeShare: 0n };
  await post(tx, postings.capture({ ...by, pending, ...input }));
}

type Due = { principal: bigint; interest?: bigint; fee?: bigint; paid?: bigint };

/** Each is paid whole or not at all. */
async function insertInstallments(tx: Tx, { planId }: Plan, dues: Due[]): Promise<void> {
  await tx.sql('installments').insert(
    dues.map(({ principal, interest = 0n, fee = 0n, paid = 0n }, index) => ({
      environment_id: tx.environment.id,
      plan_id: planId,
      number: index + 1,
      id: newId('ins'),
      due_date: '2026-03-01',
      amount: principal + interest + fee,
      principal,
      interest,
      fee,
      paid_amount: paid,
      paid_principal: paid && principal,
      paid_interest: paid && interest,
      paid_fee: paid && fee,
      status: paid > 0n ? 'paid' : 'due',
    })),
  );
}

async function repay(
  tx: Tx,
  { by, planId }: Plan,
  { principal, interest = 0n, fee = 0n }: { principal: bigint; interest?: bigint; fee?: bigint },
): Promise<void> {
  const amount = principal + interest + fee;
  const repaymentId = newId('rep');
  const row = { plan_id: planId, shopper_id: by.shopperId, amount, currency, finished_at: tx.now };
  await insert(tx, 'repayments', { id: repaymentId, ...row, status: 'succeeded' });
  await tx.sql('repayment_allocations').insert({
    environment_id: tx.environment.id,
    repayment_id: repaymentId,
    plan_id: planId,
    installment_number: 1,
    amount,
    fee,
    interest,
    principal,
  });
  await post(tx, postings.repaymentSucceeded({ ...by, amount }));
  await post(tx, postings.allocate({ ...by, fee, interest, principal, servicingFee: 0n }));
}

/** A refund of goods on the debt, with the order that it belongs to. */
async function refund(
  tx: Tx,
  { by, planId, orderId, holdId }: Plan,
  { principal, interestOff }: { principal: bigint; interestOff: bigint },
): Promise<Id<'rfd'>> {
  const owners = {
    merchant_id: by.merchantId,
    shopper_id: by.shopperId,
    merchant_reference: orderId,
    currency,
  };
  const sessionId = newId('cs');
  await insert(tx, 'checkout_sessions', {
    id: sessionId,
    ...owners,
    amount: 10_000n,
    lines: '[]',
    lines_hash: '',
    return_url: 'https://shop.example/',
    secret_hash: Buffer.from(sessionId),
    status: 'completed',
    confirmed_offer: '{}',
    hold_id: holdId,
    order_id: orderId,
    expires_at: tx.now,
  });
  await insert(tx, 'orders', {
    id: orderId,
    ...owners,
    checkout_session_id: sessionId,
    plan_id: planId,
    hold_id: holdId,
    authorized_amount: 10_000n,
    down_amount: 0n,
    captured_amount: 10_000n,
    refunded_amount: principal,
    status: 'captured',
    expires_at: tx.now,
  });
  const refundId = newId('rfd');
  await insert(tx, 'refunds', {
    id: refundId,
    order_id: orderId,
    reference: 'refund',
    amount: principal,
    debt_amount: principal + interestOff,
    interest_returned: interestOff,
    money_back_amount: 0n,
    fee_returned: 0n,
    status: 'succeeded',
  });
  const nothing = { moneyBack: 0n, interestToPrincipal: 0n, interestToShopper: 0n, merchantFeeReturned: 0n };
  const input = { ...by, subjectId: refundId, principal, interestOff, ...nothing, feeShareReturned: 0n };
  await post(tx, postings.refund(input));
  return refundId;
}

/** One settlement that is paid, and one whose payout failed and was made again. */
async function settle(tx: Tx, parties: Parties) {
  const [paidPayout] = await insertSettlement(tx, parties, '2026-03-01', ['paid']);
  const [failedPayout, newPayout] = await insertSettlement(tx, parties, '2026-03-02', ['failed', 'pending']);
  if (!paidPayout || !failedPayout || !newPayout) throw new Error('a payout is missing');
  const cause = { currency, subjectId: 'stl', merchantId: parties.merchantId };
  await post(tx, postings.settlementClosed({ ...cause, payoutId: paidPayout, net: 1000n }));
  await post(tx, postings.payoutPaid({ ...cause, payoutId: paidPayout, amount: 1000n }));
  await post(tx, postings.settlementClosed({ ...cause, payoutId: failedPayout, net: 1000n }));
  const retried = { fromPayoutId: failedPayout, toPayoutId: newPayout, amount: 1000n };
  await post(tx, postings.payoutRetried({ ...cause, ...retried }));
  return { paidPayout, failedPayout, newPayout };
}

async function insertSettlement(
  tx: Tx,
  { merchantId }: Parties,
  businessDate: string,
  payouts: string[],
): Promise<string[]> {
  const settlementId = newId('stl');
  const owner = { merchant_id: merchantId, currency, business_date: businessDate };
  await insert(tx, 'settlements', { id: settlementId, ...owner, status: 'open' });
  const line = { kind: 'capture', amount: 1000n, source_id: newId('cap'), settlement_id: settlementId };
  await insert(tx, 'settlement_lines', { id: newId('stn'), ...owner, ...line, number: 1 });
  await tx
    .sql('settlements')
    .where({ environment_id: tx.environment.id, id: settlementId })
    .update({ status: 'closed', net: 1000n, lines_count: 1, closed_at: tx.now });
  const ids: string[] = [];
  for (const status of payouts) {
    const id = newId('po');
    const failure = status === 'failed' ? 'account_closed' : null;
    const payout = { id, settlement_id: settlementId, merchant_id: merchantId, currency, amount: 1000n };
    await insert(tx, 'payouts', { ...payout, status, failure_code: failure });
    ids.push(id);
  }
  return ids;
}

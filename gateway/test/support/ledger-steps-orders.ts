import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { minOf } from '../../src/lib/money.ts';
import { type Dice, newPlan, partOf, pick, type Plan, rate, type Step } from './ledger-model.ts';

const authorize: Step = async (model, dice, send) => {
  const { amount } = dice;
  const plan = newPlan(model, dice);
  const [id = 0n] = await send(postings.authorize({ ...plan, subjectId: plan.orderId, amount }));
  model.plans.push({ ...plan, pending: { id, amount } });
};

const chargeDown: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { orderId, currency } = plan;
  await send(postings.downPaymentSucceeded({ orderId, currency, subjectId: orderId, amount: dice.amount }));
  model.grow(`down:${orderId}`, currency, dice.amount);
  model.grow('clearing', currency, dice.amount);
};

const capture: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.pending.amount === 0n) return;
  const { currency, pending, merchantId, funderId, orderId } = plan;
  const financed = partOf(pending.amount, dice);
  const down = partOf(model.has(`down:${orderId}`, currency), dice);
  const remainder = dice.other % 3 === 0 ? 0n : pending.amount - financed;
  const merchantFee = rate(financed + down, dice);
  const feeShare = rate(merchantFee, dice);
  const input = { pending, financed, down, remainder, merchantFee, feeShare };
  const ids = await send(postings.capture({ ...plan, ...input, subjectId: newId('cap') }));
  plan.pending = { id: ids.at(-1) ?? 0n, amount: remainder };
  plan.owed += financed;
  plan.refundable += financed + down;
  model.grow(`down:${orderId}`, currency, -down);
  model.grow(`merchant:${merchantId}`, currency, financed + down - merchantFee);
  model.grow(`funder_due:${funderId}`, currency, financed);
  model.grow(`participation:${funderId}`, currency, financed);
  model.grow('i_merchant_fee', currency, merchantFee);
  model.grow('x_fee_share', currency, feeShare);
  model.grow(`funder:${funderId}`, currency, feeShare);
};

const voidRemainder: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.pending.amount === 0n) return;
  const { id: pendingId, amount } = plan.pending;
  await send(postings.voidAuthorization({ ...plan, subjectId: plan.orderId, pendingId, amount }));
  plan.pending = { id: 0n, amount: 0n };
};

const repay: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { currency, shopperId, funderId } = plan;
  const cause = { currency, subjectId: newId('rep'), shopperId };
  const paid = partsOf(plan, dice);
  const collected = paid.fee + paid.interest + paid.principal;
  const servicingFee = rate(collected, dice);
  await send(postings.repaymentSucceeded({ ...cause, amount: dice.amount }));
  model.grow('clearing', currency, dice.amount);
  model.grow(`unapplied:${shopperId}`, currency, dice.amount - collected);
  if (collected === 0n) return;
  await send(postings.allocate({ ...plan, ...cause, ...paid, servicingFee }));
  plan.owed -= paid.principal;
  plan.interest -= paid.interest;
  plan.fee -= paid.fee;
  plan.paidInterest += paid.interest;
  model.grow(`participation:${funderId}`, currency, -paid.principal);
  model.grow(`accrued:${funderId}`, currency, -paid.interest - paid.fee);
  model.grow(`funder:${funderId}`, currency, collected - servicingFee);
  model.grow('i_servicing', currency, servicingFee);
};

/** What a repayment of the dice's amount pays: in one order or in the other. */
function partsOf(plan: Plan, { amount, other }: Dice): { fee: bigint; interest: bigint; principal: bigint } {
  if (other % 2 === 0) {
    const principal = minOf(amount, plan.owed);
    const interest = minOf(amount - principal, plan.interest);
    return { principal, interest, fee: minOf(amount - principal - interest, plan.fee) };
  }
  const fee = minOf(amount, plan.fee);
  const interest = minOf(amount - fee, plan.interest);
  return { fee, interest, principal: minOf(amount - fee - interest, plan.owed) };
}

const giveBackOverpaid: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(model.has(`unapplied:${plan.shopperId}`, plan.currency), dice) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.overpayment({ ...plan, subjectId: newId('rep'), amount }));
  model.grow(`unapplied:${plan.shopperId}`, plan.currency, -amount);
  model.grow(`shopper:${plan.shopperId}`, plan.currency, amount);
};

const giveBackDown: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? model.has(`down:${plan.orderId}`, plan.currency) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.downPaymentUnused({ ...plan, subjectId: plan.orderId, amount }));
  model.grow(`down:${plan.orderId}`, plan.currency, -amount);
  model.grow(`shopper:${plan.shopperId}`, plan.currency, amount);
};

const sendMoneyBack: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(model.has(`shopper:${plan.shopperId}`, plan.currency), dice) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.moneyBackSent({ ...plan, subjectId: newId('rfd'), amount }));
  model.grow(`shopper:${plan.shopperId}`, plan.currency, -amount);
  model.grow('clearing', plan.currency, -amount);
};

const refund: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(plan.refundable, dice) : 0n;
  if (!plan || amount === 0n) return;
  const { currency, merchantId, funderId, shopperId } = plan;
  const principal = minOf(amount, plan.owed);
  const moneyBack = amount - principal;
  const merchantFeeReturned = rate(amount, dice);
  const feeShareReturned = rate(merchantFeeReturned, dice);
  // Interest goes back on some refunds: what is unpaid first, then principal that is left, then money.
  const back = dice.other % 2 === 0 ? 0n : partOf(plan.interest + plan.paidInterest, dice);
  const interestOff = minOf(back, plan.interest);
  const interestToPrincipal = minOf(back - interestOff, plan.owed - principal);
  const interestToShopper = back - interestOff - interestToPrincipal;
  const fees = { merchantFeeReturned, feeShareReturned };
  const interest = { interestOff, interestToPrincipal, interestToShopper };
  await send(
    postings.refund({ ...plan, principal, moneyBack, ...fees, ...interest, subjectId: newId('rfd') }),
  );
  plan.owed -= principal + interestToPrincipal;
  plan.interest -= interestOff;
  plan.paidInterest -= interestToPrincipal + interestToShopper;
  plan.refundable -= amount;
  model.grow(`merchant:${merchantId}`, currency, merchantFeeReturned - amount);
  model.grow(`participation:${funderId}`, currency, -principal - interestToPrincipal);
  model.grow(`accrued:${funderId}`, currency, -interestOff);
  model.grow(`funder:${funderId}`, currency, principal - feeShareReturned - interestToShopper);
  model.grow(`shopper:${shopperId}`, currency, moneyBack + interestToShopper);
  model.grow('i_merchant_fee', currency, -merchantFeeReturned);
  model.grow('x_fee_share', currency, -feeShareReturned);
};

export const orderSteps = {
  authorize,
  chargeDown,
  capture,
  voidRemainder,
  repay,
  giveBackOverpaid,
  giveBackDown,
  sendMoneyBack,
  refund,
};

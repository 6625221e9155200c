import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { minOf } from '../../src/lib/money.ts';
import { newPlan, partOf, pick, rate, type Step } from './ledger-model.ts';

const accrue: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.owed === 0n) return;
  const { planId, funderId, currency } = plan;
  const interest = partOf(plan.owed, dice);
  const subsidised = dice.other % 2 === 0 ? 0n : partOf(model.has(`subsidy:${planId}`, currency), dice);
  await send(postings.accrue({ ...plan, subjectId: planId, interest, subsidised }));
  plan.interest += interest;
  model.grow(`accrued:${funderId}`, currency, interest);
  model.grow(`subsidy:${planId}`, currency, -subsidised);
  model.grow(`funder:${funderId}`, currency, subsidised);
};

const fundSubsidy: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { planId, merchantId, currency } = plan;
  const { amount } = dice;
  await send(postings.subsidyFunded({ ...plan, subjectId: planId, amount }));
  model.grow(`merchant:${merchantId}`, currency, -amount);
  model.grow(`subsidy:${planId}`, currency, amount);
};

const returnSubsidy: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(model.has(`subsidy:${plan.planId}`, plan.currency), dice) : 0n;
  if (!plan || amount === 0n) return;
  const { planId, merchantId, currency } = plan;
  await send(postings.subsidyReturned({ ...plan, subjectId: planId, amount }));
  model.grow(`merchant:${merchantId}`, currency, amount);
  model.grow(`subsidy:${planId}`, currency, -amount);
};

const chargeLateFee: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.owed === 0n) return;
  const { amount } = dice;
  await send(postings.lateFeeCharged({ ...plan, subjectId: plan.planId, amount }));
  plan.fee += amount;
  model.grow(`accrued:${plan.funderId}`, plan.currency, amount);
};

const waiveLateFee: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const amount = plan ? partOf(plan.fee, dice) : 0n;
  if (!plan || amount === 0n) return;
  await send(postings.lateFeeWaived({ ...plan, subjectId: plan.planId, amount }));
  plan.fee -= amount;
  model.grow(`accrued:${plan.funderId}`, plan.currency, -amount);
};

const chargeOff: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan || plan.owed === 0n) return;
  const { funderId, currency, owed: principal, interest, fee } = plan;
  const covered = rate(principal, dice);
  await send(postings.chargeOff({ ...plan, subjectId: plan.planId, principal, interest, fee, covered }));
  Object.assign(plan, { owed: 0n, interest: 0n, fee: 0n });
  model.grow(`participation:${funderId}`, currency, -principal);
  model.grow(`accrued:${funderId}`, currency, -interest - fee);
  model.grow('x_credit_loss', currency, covered);
  model.grow(`funder:${funderId}`, currency, covered);
};

const recover: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  if (!plan) return;
  const { shopperId, funderId, currency } = plan;
  const { amount } = dice;
  const coveredPart = minOf(rate(amount, dice), model.has('x_credit_loss', currency));
  const cause = { currency, subjectId: newId('rep'), shopperId };
  await send(postings.repaymentSucceeded({ ...cause, amount }));
  await send(postings.recovery({ ...cause, funderId, funderPart: amount - coveredPart, coveredPart }));
  model.grow('clearing', currency, amount);
  model.grow(`funder:${funderId}`, currency, amount - coveredPart);
  model.grow('x_credit_loss', currency, -coveredPart);
};

const drawCash: Step = async (model, dice, send) => {
  const { amount } = dice;
  const plan = newPlan(model, dice);
  const { funderId, currency } = plan;
  const id = newId('drw');
  await send(postings.cashDraw({ ...plan, drawId: id, subjectId: id, amount }));
  plan.owed = amount;
  model.plans.push(plan);
  model.draws.push({ id, plan, amount });
  model.grow(`draw:${id}`, currency, amount);
  model.grow(`funder_due:${funderId}`, currency, amount);
  model.grow(`participation:${funderId}`, currency, amount);
};

const answerDraw: Step = async (model, dice, send) => {
  const draw = pick(model.draws, dice.who);
  if (!draw) return;
  const { id, plan, amount } = draw;
  const { funderId, currency } = plan;
  // What was repaid or charged off meanwhile can fail no more.
  const fails = dice.other % 2 === 0 && plan.owed === amount;
  model.draws.splice(model.draws.indexOf(draw), 1);
  model.grow(`draw:${id}`, currency, -amount);
  if (fails) {
    await send(postings.drawFailed({ ...plan, drawId: id, subjectId: id, amount }));
    plan.owed = 0n;
    model.grow(`funder_due:${funderId}`, currency, -amount);
    model.grow(`participation:${funderId}`, currency, -amount);
  } else {
    await send(postings.drawPaidOut({ currency, drawId: id, subjectId: id, amount }));
    model.grow('cash', currency, -amount);
  }
};

export const servicingSteps = {
  accrue,
  fundSubsidy,
  returnSubsidy,
  chargeLateFee,
  waiveLateFee,
  chargeOff,
  recover,
  drawCash,
  answerDraw,
};

import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { pick, rate, type Step } from './ledger-model.ts';

const changeOwner: Step = async (model, dice, send) => {
  const plan = pick(model.plans, dice.who);
  const to = model.parties.find(({ funderId }) => funderId !== plan?.funderId)?.funderId;
  if (!plan || to === undefined) return;
  const { planId, funderId: from, merchantId, currency, pending, owed: principal, interest, fee } = plan;
  if (principal + interest + fee + pending.amount === 0n) return;
  const price = rate(principal, dice);
  const isReserved = pending.amount > 0n;
  const ids = await send(
    postings.ownershipTransferred({
      planId,
      fromFunderId: from,
      toFunderId: to,
      currency,
      subjectId: newId('otr'),
      reserved: isReserved ? { pendingId: pending.id, amount: pending.amount, merchantId } : undefined,
      principal,
      interest,
      fee,
      price,
    }),
  );
  if (isReserved) plan.pending = { ...pending, id: ids[1] ?? 0n };
  plan.funderId = to;
  for (const [funder, sign] of [[from, -1n] as const, [to, 1n] as const]) {
    model.grow(`participation:${funder}`, currency, sign * principal);
    model.grow(`accrued:${funder}`, currency, sign * (interest + fee));
  }
  model.grow(`funder:${from}`, currency, price);
  model.grow(`funder_due:${to}`, currency, price);
};

export const ownershipSteps = { changeOwner };

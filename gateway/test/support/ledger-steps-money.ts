import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { minOf } from '../../src/lib/money.ts';
import { type Model, partOf, pick, type Step } from './ledger-model.ts';

const settle: Step = async (model, dice, send) => {
  const { merchantId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const net = model.has(`merchant:${merchantId}`, currency);
  if (net <= 0n) return;
  const id = newId('po');
  await send(postings.settlementClosed({ merchantId, payoutId: id, net, currency, subjectId: newId('stl') }));
  model.payouts.push({ id, merchantId, currency, amount: net, status: 'pending' });
  model.grow(`merchant:${merchantId}`, currency, -net);
  model.grow(`payout:${id}`, currency, net);
};

const moveOnPayout: Step = async (model, dice, send) => {
  const payout = pick(model.payouts, dice.who);
  if (!payout) return;
  const { id, currency, amount, status } = payout;
  const input = { payoutId: id, currency, amount, subjectId: id };
  if (status === 'pending') {
    await send(postings.payoutPaid(input));
    payout.status = 'paid';
    model.grow(`payout:${id}`, currency, -amount);
    model.grow('cash', currency, -amount);
  } else if (status === 'paid') {
    await send(postings.payoutReturned(input));
    payout.status = 'back';
    model.grow(`payout:${id}`, currency, amount);
    model.grow('cash', currency, amount);
  } else {
    const next: Model['payouts'][number] = { ...payout, id: newId('po'), status: 'pending' };
    await send(
      postings.payoutRetried({ fromPayoutId: id, toPayoutId: next.id, currency, amount, subjectId: next.id }),
    );
    model.payouts[model.payouts.indexOf(payout)] = next;
    model.grow(`payout:${id}`, currency, -amount);
    model.grow(`payout:${next.id}`, currency, amount);
  }
};

const payFromFunder: Step = async (model, dice, send) => {
  const { funderId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const due = model.has(`funder_due:${funderId}`, currency);
  const payable = model.has(`funder:${funderId}`, currency);
  const netting = dice.other % 2 === 0;
  const amount = partOf(netting ? minOf(due, payable) : due, dice);
  if (amount === 0n) return;
  const input = { funderId, currency, amount, subjectId: funderId };
  await send(netting ? postings.funderNetting(input) : postings.funderWired(input));
  model.grow(`funder_due:${funderId}`, currency, -amount);
  if (netting) model.grow(`funder:${funderId}`, currency, -amount);
  else model.grow('cash', currency, amount);
};

const hearFromProcessor: Step = async (model, dice, send) => {
  const { currency } = dice;
  const amount = partOf(model.has('clearing', currency), dice);
  if (amount === 0n) return;
  const isFee = dice.other % 4 === 0;
  const input = { currency, amount, subjectId: 'processor' };
  await send(isFee ? postings.processorFee(input) : postings.processorSettled(input));
  model.grow('clearing', currency, -amount);
  model.grow(isFee ? 'x_processor' : 'cash', currency, amount);
};

export const moneySteps = { settle, moveOnPayout, payFromFunder, hearFromProcessor };

import { account } from '../../src/ledger/accounts.ts';
import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { partOf, type Step } from './ledger-model.ts';

/** A shopper and a merchant disagree: what it is about is set apart, and given back where the merchant wins. */
const disagree: Step = async (model, dice, send) => {
  const { merchantId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const disputeId = newId('dsp');
  const held = { merchantId, disputeId, currency, subjectId: disputeId };
  await send(postings.disputeOpened({ ...held, amount: dice.amount }));
  const won = partOf(dice.amount, dice);
  await send(postings.disputeWon({ ...held, amount: won }));
  model.grow(`merchant:${merchantId}`, currency, won - dice.amount);
  model.grow(`dispute_held:${disputeId}`, currency, dice.amount - won);
};

/** A bank takes a charge back: from what lies unapplied, from what is owed to the shopper, and the rest is our loss. */
const takeChargeBack: Step = async (model, dice, send) => {
  const { shopperId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const fromUnapplied = partOf(model.has(`unapplied:${shopperId}`, currency), dice);
  const fromShopper = partOf(model.has(`shopper:${shopperId}`, currency), dice);
  const [lost, processorFee] = [dice.amount, 15n];
  const cause = { shopperId, currency, subjectId: newId('chb') };
  await send(postings.chargedBack({ ...cause, fromUnapplied, fromShopper, lost, processorFee }));
  model.grow(`unapplied:${shopperId}`, currency, -fromUnapplied);
  model.grow(`shopper:${shopperId}`, currency, -fromShopper);
  model.grow('clearing', currency, -(fromUnapplied + fromShopper + lost + processorFee));
  model.grow('x_chargeback', currency, lost + processorFee);
  const kept = partOf(model.has(`shopper:${shopperId}`, currency), dice);
  if (kept > 0n) {
    await send(postings.chargebackSetOff({ ...cause, amount: kept }));
    model.grow(`shopper:${shopperId}`, currency, -kept);
    model.grow('x_chargeback', currency, -kept);
  }
  if (dice.whole) return;
  const [toUnapplied, regained] = [partOf(fromUnapplied, dice), partOf(lost, dice)];
  const back = { toUnapplied, toShopper: fromShopper, regained, feeReturned: processorFee };
  await send(postings.chargebackGivenBack({ ...cause, subjectId: newId('cgb'), ...back }));
  model.grow(`unapplied:${shopperId}`, currency, toUnapplied);
  model.grow(`shopper:${shopperId}`, currency, fromShopper);
  model.grow('clearing', currency, toUnapplied + fromShopper + regained + processorFee);
  model.grow('x_chargeback', currency, -(regained + processorFee));
};

/** A bank takes back what was paid at checkout, which is all our loss. */
const takeDownPaymentBack: Step = async (model, { currency, amount }, send) => {
  const subjectId = newId('chb');
  await send(postings.downPaymentChargedBack({ currency, subjectId, amount, processorFee: 15n }));
  model.grow('clearing', currency, -(amount + 15n));
  model.grow('x_chargeback', currency, amount + 15n);
};

/** Money comes or goes of which we hear by the bank's statement or the processor's list. */
const hearFromOutside: Step = async (model, dice, send) => {
  const { merchantId, funderId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency, amount } = dice;
  const cause = { currency, subjectId: newId('imp') };
  switch (dice.other % 3) {
    case 0: {
      const payable = partOf(model.has(`funder:${funderId}`, currency), dice);
      if (payable === 0n) return;
      await send(postings.funderRemitted({ ...cause, funderId, amount: payable }));
      model.grow(`funder:${funderId}`, currency, -payable);
      model.grow('cash', currency, -payable);
      return;
    }
    case 1:
      await send(postings.processorFunded({ ...cause, amount }));
      model.grow('clearing', currency, amount);
      model.grow('cash', currency, -amount);
      return;
    default: {
      // A line of the bank is a credit or a debit, and so is what it turns out to be.
      const line = dice.whole ? -amount : amount;
      await send(postings.bankLineUnmatched({ ...cause, amount: line }));
      model.grow('cash', currency, line);
      if (dice.permille > 500n) {
        model.grow('suspense', currency, line);
        return;
      }
      await send(
        postings.bankLineMatched({ ...cause, amount: line, target: account('merchant', merchantId) }),
      );
      model.grow(`merchant:${merchantId}`, currency, line);
    }
  }
};

export const outsideSteps = { disagree, takeChargeBack, takeDownPaymentBack, hearFromOutside };

import * as postings from '../../src/ledger/postings.ts';
import { newId } from '../../src/lib/ids.ts';
import { partOf, type Step } from './ledger-model.ts';

/** What settling does to a merchant's account besides paying it out. */
const reckonWithMerchant: Step = async (model, dice, send) => {
  const { merchantId } = dice.who % 2 === 0 ? model.parties[0] : model.parties[1];
  const { currency } = dice;
  const merchant = `merchant:${merchantId}` as const;
  const reserve = `reserve:${merchantId}` as const;
  const owed = partOf(model.has(merchant, currency), dice);
  const held = partOf(model.has(reserve, currency), dice);
  const of = <Amounts>(amounts: Amounts) => ({
    merchantId,
    currency,
    subjectId: newId('stl'),
    ...amounts,
  });
  switch (dice.other % 5) {
    case 0:
      if (owed <= 0n) return;
      await send(postings.reserveHeld(of({ amount: owed })));
      model.grow(merchant, currency, -owed);
      model.grow(reserve, currency, owed);
      return;
    case 1:
      if (held <= 0n) return;
      await send(postings.reserveReleased(of({ amount: held })));
      model.grow(reserve, currency, -held);
      model.grow(merchant, currency, held);
      return;
    case 2:
      if (owed <= 0n) return;
      await send(postings.earlyPayoutCharged(of({ fee: owed })));
      model.grow(merchant, currency, -owed);
      model.grow('i_early_payout', currency, owed);
      return;
    case 3:
      await send(postings.merchantDebtPaid(of({ amount: dice.amount })));
      model.grow('cash', currency, dice.amount);
      model.grow(merchant, currency, dice.amount);
      return;
    default:
      await send(postings.merchantDebtWrittenOff(of({ amount: dice.amount })));
      model.grow('x_merchant_loss', currency, dice.amount);
      model.grow(merchant, currency, dice.amount);
  }
};

export const merchantSteps = { reckonWithMerchant };

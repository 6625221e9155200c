import type { Tx } from '../../lib/tx.ts';
import type { DeclineCode } from '../../pay-score/assessments.ts';
import { programmeOf } from '../../plans/programmes.ts';
import { consider, type Purchase } from '../consider.ts';
import { type Advice, advise } from './advise.ts';

/** What would make a declined purchase an approval, asked of the very rules that declined it. */
export function adviseOnPurchase(tx: Tx, purchase: Purchase, declineCode: DeclineCode): Promise<Advice> {
  const { terms, shopperId } = purchase;
  const { session, merchant } = terms;
  const { plans } = programmeOf(merchant, session.channel);
  return advise(tx, {
    shopperId,
    currency: session.currency,
    declineCode,
    situation: {
      amount: session.amount,
      downPercent: session.downPercent ?? null,
      standing: purchase.standing,
      facts: purchase.facts,
    },
    judge({ amount, downPercent, standing, facts }) {
      const changed = { ...terms, session: { ...session, amount, downPercent } };
      return consider(tx, { ...purchase, standing, facts, terms: changed }).declineCode;
    },
    mayPayDown: plans.some((code) => code === 'pay_in_3' || code === 'pay_in_4'),
  });
}

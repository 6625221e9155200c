import { appealAgainst } from '../../src/appeals/appeal.ts';
import { askForPerson } from '../../src/appeals/ask.ts';
import { claimSession } from '../../src/checkout/claim.ts';
import { decide } from '../../src/checkout/decide.ts';
import { raiseAlarm } from '../../src/fraud/watch/alarms.ts';
import { addChallenger } from '../../src/pay-score/challenger/add.ts';
import { runChallengers } from '../../src/pay-score/challenger/run-challengers.ts';
import type { Assessment } from '../../src/pay-score/assessments.ts';
import { findOrCreateShopper } from '../../src/shoppers/profile.ts';
import { someDecision, someHistory, someShopper, withoutPairs } from './challengers.ts';
import type { PagesWorld, Shop } from './pages-world.ts';

export const bookPhone = '+8613911112222';
export const appealWords = 'I have always paid on time, and this <b>is</b> a mistake.';

export type Book = {
  /** The hash of the one challenger. */
  hash: string;
  appealId: string;
  /** Of a checkout, declined; of months, approved. */
  declined: Assessment;
  approved: Assessment;
};

/** Decisions of every kind, one challenger, one appeal that waits and one alarm. */
export async function fillBook(world: PagesWorld, shop: Shop): Promise<Book> {
  const { sessionId } = await shop.openCheckout();
  const { declined, appealId } = await shop.inTx(async (tx) => {
    const { shopperId } = await findOrCreateShopper(tx, { phone: bookPhone, locale: 'en' });
    await claimSession(tx, { sessionId, shopperId });
    await decide(tx, { sessionId, shopperId });
    const declined = await someDecision(tx, {
      shopperId,
      history: someHistory(3, 0.9),
      declineCode: 'score_too_low',
      amount: 40_000n,
      subject: { checkoutSessionId: sessionId },
    });
    const answer = await appealAgainst(tx, { assessmentId: declined.id, shopperId });
    if (answer.outcome === 'refused') throw new Error(`no appeal: ${answer.code}`);
    await askForPerson(tx, { appealId: answer.appeal.id, shopperId, words: appealWords });
    return { declined, appealId: answer.appeal.id };
  });
  const approved = await shop.inTx(async (tx) => {
    const shopperId = await someShopper(tx);
    let last: Assessment | undefined;
    for (let number = 0; number < 24; number += 1) {
      const history =
        number % 6 === 5 ? null : someHistory(number % 3 === 0 ? 2 : 0, (number % 7) / 7 + 0.05);
      const made = await someDecision(tx, { shopperId, history });
      if (history) last = made;
    }
    await raiseAlarm(tx, {
      date: '2026-03-01',
      counted: { merchantId: '', what: 'declines', count: 90 },
      judgement: { direction: 'above', expected: 12.5, threshold: 30.2 },
    });
    return last!;
  });
  const { hash } = await shop.inTx((tx) => addChallenger(tx, { name: 'Without pairs', text: withoutPairs }));
  await runChallengers(world.context, shop.environmentId);
  return { hash, appealId, declined, approved };
}

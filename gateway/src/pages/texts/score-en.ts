import type { FactCode } from '../../pay-score/explain/facts.ts';
import type { Family } from '../../pay-score/explain/families.ts';
import type { Behaviour } from '../../pay-score/explain/next-steps.ts';

type Say = (first: string, second: string) => string;

function counted(count: string, one: string, many: string): string {
  return count === '1' ? one : many;
}

/** What the pages say of the score in English. Numbers come formatted; the second one is used where a sentence has two. */
export const scoreEn = {
  heading: 'Your pay score',
  intro: (score: string) =>
    `Your pay score is ${score}, on a scale from 300 to 850. More is better, and only you see it.`,
  scale: (score: string) => `Pay score ${score} on a scale from 300 to 850`,
  mainHeading: 'What counted most',
  more: 'Everything that counted',
  moreIntro: 'These points add up to your score exactly. A shop is told none of this.',
  family: 'What counted',
  points: 'Points',
  sum: 'Sum',
  limit: 'You may owe at most',
  available: 'Available for this purchase',
  families: {
    base: 'Where everyone starts',
    lateness: 'Paying on time',
    payments: 'What you have repaid',
    use: 'How much of your limit you use',
    history: 'How long we know each other',
    purchases: 'What you buy',
    evidence: 'What others confirmed',
  } satisfies Record<Family, string>,
  facts: {
    late_now: (days) => `A payment is ${counted(days, '1 day', `${days} days`)} late now.`,
    late_and_missed: (days, count) =>
      `A payment is ${counted(days, '1 day', `${days} days`)} late now, and ${counted(count, '1 payment was', `${count} payments were`)} not made on time.`,
    not_on_time: (count, of) =>
      `Of the ${counted(of, 'one payment', `${of} payments`)} that fell due, ${count} ${counted(count, 'was', 'were')} not made on time.`,
    all_on_time: (count) =>
      counted(
        count,
        'The one payment that fell due was made on time.',
        `All ${count} payments that fell due were made on time.`,
      ),
    nothing_due: () => 'No payment has fallen due yet.',
    months_late: (count, of) => `In ${count} of the last ${of} months a payment was late.`,
    no_month_late: (of) => `No payment was late in the last ${of} months.`,
    repaid: (count) =>
      counted(count, 'You have made 1 payment in full.', `You have made ${count} payments in full.`),
    repaid_early: (count, of) =>
      `You have made ${counted(of, '1 payment', `${of} payments`)} in full, ${count} of them early.`,
    none_repaid: () => 'You have made no payment in full yet.',
    paid_of_billed: (percent) =>
      `Of what you owed at the end of each month, you paid ${percent} % in the month after.`,
    nothing_billed: () => 'You owed nothing at the end of the months.',
    in_use: (percent) => `You use ${percent} % of your limit.`,
    of_target: (percent) =>
      `At the end of last month you owed ${percent} % of the limit that yours can grow to.`,
    not_used_yet: () => 'You have not used your limit yet.',
    days_known: (days) =>
      days === '0'
        ? 'You are new to Morrow.'
        : counted(
            days,
            'You have been with Morrow for 1 day.',
            `You have been with Morrow for ${days} days.`,
          ),
    months_known: (count) => `We have known you for ${count} full months.`,
    open_plans: (count) =>
      count === '0'
        ? 'No plan is open.'
        : counted(
            count,
            '1 plan is open, to be paid or to be shipped.',
            `${count} plans are open, to be paid or to be shipped.`,
          ),
    bought: (percent) => `You bought for ${percent} % of the limit that yours can grow to, each month.`,
    bureau: (band) => `The credit bureau that you let us ask grades you ${band}, on a scale from A to E.`,
    phone: (months) => `Your phone number has been yours for ${months} months, as you let us ask.`,
    bureau_and_phone: (band, months) =>
      `The credit bureau grades you ${band}, on a scale from A to E, and your phone number has been yours for ${months} months, as you let us ask.`,
    not_asked: () => 'Nobody was asked about you.',
  } satisfies Record<FactCode, Say>,
  stepsHeading: 'What would raise it',
  stepsNone: 'Nothing that you could do today would raise it: it is as good as what we know of you allows.',
  stepsHint: 'Each is reckoned with the points of today, everything else as it is.',
  steps: {
    pay_late: () => 'Pay what is late',
    use_less: (percent) => `Use ${percent} % of your limit or less`,
    pay_on_time: (count) =>
      counted(count, 'Make one more payment on its date', `Make ${count} more payments on their dates`),
    months_on_time: (count) =>
      counted(
        count,
        'Make every payment of the next month on its date',
        `Make every payment of the next ${count} months on its date`,
      ),
  } satisfies Record<Behaviour['kind'], (value: string) => string>,
  stepTo: (what: string, score: string) => `${what}: ${score} points or more`,
  and: ' and ',
};

export type ScoreTexts = typeof scoreEn;

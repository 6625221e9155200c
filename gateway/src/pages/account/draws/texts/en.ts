import type { DeclineCode } from '../../../../pay-score/assessments.ts';
import type { Market } from '../../../../plans/markets.ts';
import type { AgreementFacts, AgreementSection } from '../../../texts/agreement-facts.ts';
import { dayCounts, lateFee } from '../../../texts/terms-en.ts';

/** Everything that is said in English about cash from the credit line. */
export const drawsEn = {
  title: 'Borrow cash',
  intro:
    'Cash from your limit to your card, paid back by the month. Paying back early costs nothing at any time.',
  entryHeading: 'Cash from your limit',
  entry: (available: string) =>
    `Up to ${available} can be sent to your card now, and paid back by the month.`,
  entryGo: 'Compare what it costs',
  off: {
    CN: 'Cash is not lent here yet.',
    EU: 'Cash is not lent in this market: it stays off until the rules for lenders of cash there have been looked at.',
    UK: 'Cash is not lent in this market: it stays off until the rules for lenders of cash there have been looked at.',
    US: 'Cash is not lent in this market: it stays off until the rules for lenders of cash there have been looked at.',
  } satisfies Record<Market, string>,
  nobody: 'Nobody lends cash here.',
  available: 'You can draw now',
  amount: 'How much',
  amountHint: (least: string, most: string) => `From ${least} to ${most}.`,
  compare: 'Compare',
  coolingOff: (when: string) =>
    `A card was added to your account. For your safety no cash is drawn for 24 hours after that, until ${when}.`,
  underWay: 'A cash draw is on its way to the bank. The next one can be asked for when it has arrived.',
  comparison: 'What it costs, the cheapest in all first',
  comparisonHint: (date: string) =>
    `Every lender with every term, with all costs, as if the money is sent on ${date}. There are no fees.`,
  monthsOf: (count: number) => `${count} months`,
  monthly: 'Each month',
  last: (amount: string) => `the last ${amount}`,
  interest: 'Interest and yearly rate',
  simpleRate: (percent: string) => `${percent} simple`,
  apr: (percent: string) => `${percent} IRR`,
  payable: 'You pay back',
  datesOf: (first: string, last: string) => `${first} to ${last}`,
  choose: 'Choose',
  chooseThis: (funder: string, months: number) => `${funder}, ${months} months`,
  none: 'No lender can offer this amount at the moment. Try a smaller one.',
  declinedHeading: 'Not this amount, not now',
  declined: {
    identity_required: () => 'Your identity has to be verified first.',
    underage: () => 'Cash is lent to adults only.',
    locked_by_shopper: () =>
      'You have locked paying later. “Limits of your own” shows when it can be unlocked.',
    above_own_ceiling: () => 'This is above the ceiling that you set for yourself.',
    too_many_orders: () => 'You have as many open debts as may be open at once.',
    cooling_off: () => 'You borrowed many times in a short time. Come back tomorrow.',
    unaffordable: () =>
      'With this loan, what falls due in the next 90 days would be more than your income allows. Try a smaller amount or a longer time.',
    suspicious: () =>
      'Something about this does not fit together. If it was you, ask for a person to look at it.',
    challenge_required: () =>
      'This needs a code that we send to your phone. Start again and answer the code.',
    history_contradicts: () =>
      'What is stored about your payments contradicts itself. Ask for a person to look at it.',
    overdue: () => 'A payment is late. Pay it first; then cash can be drawn again.',
    score_too_low: () =>
      'Your pay score is too low for a new loan. The page “Score and limit” shows each reason.',
    line_suspended: () => 'Borrowing is suspended for you. What you agreed to goes on as it is.',
    amount_above_available: (available: string) =>
      `This is above what you can draw now: ${available}. Each payment you make frees the same amount again.`,
    no_funder: () => 'Nobody can lend this amount at the moment. This is not about you.',
    amount_too_small: () => 'This is too small to be lent.',
    amount_above_programme: () => 'This is more than can be drawn at once.',
  } satisfies Record<DeclineCode, (available: string) => string>,
  person: 'The decision was made automatically. You may ask for an explanation and for a person to decide.',
  identityTitle: 'Prove that it is you',
  identityIntro: 'Only you may draw cash, so we check your identity. The check is good for 15 minutes.',
  identityGo: 'Check',
  agreeTitle: 'Read and agree',
  chosen: 'Your choice',
  planOf: (amount: string, months: number) => `${amount} in cash, paid back in ${months} months`,
  change: 'Choose another one',
  methods: 'Card that gets the money',
  methodsHint: 'The money is sent to this card at once, and each payment is taken from it on its date.',
  noMethods:
    'There is no card on your account that could get the money. Pay for a purchase with a card first.',
  consentHeading: 'What you agree to',
  declarationTitle: 'I agree and declare',
  declaration:
    'I have read the costs and the agreement above and agree to them. I am of age and not a student, and the money is for my own spending: not for investments, not for property, and not for others.',
  agree: 'I agree',
  button: (amount: string) => `Borrow ${amount}`,
  buttonHint: (payable: string) => `You agree to pay back ${payable} in all, on the dates above.`,
  back: 'Back to the comparison',
  outcome: {
    requestedTitle: 'On its way',
    requested: (amount: string, card: string) =>
      `We asked the bank to send ${amount} to ${card} and have no answer yet. You need not do anything; it is asked for once only, and nothing is owed before it is sent.`,
    again: 'Look again',
    paidTitle: 'Sent',
    paid: (amount: string, card: string) => `${amount} was sent to ${card}.`,
    plan: 'Dates, payments and paying early',
    failedTitle: 'Not sent',
    failed: (amount: string, card: string) =>
      `${amount} could not be sent to ${card}. Nothing is owed, and your limit is as it was.`,
    reasons: {
      declined: 'The bank of this card does not accept the money.',
      expired: 'The card has expired.',
      other: 'The bank gave no reason that we could pass on.',
    },
    retry: 'Compare again',
  },
  listHeading: 'Your cash draws',
  statuses: { requested: 'on its way', paid_out: 'sent', failed: 'not sent' },
  text: drawText,
};

export type DrawsTexts = typeof drawsEn;

function drawText(facts: AgreementFacts): AgreementSection[] {
  return [
    {
      heading: 'Who agrees',
      paragraphs: [
        'You declare that you are of age and not a student; a student is not lent to.',
        `You agree with ${facts.funder}, who lends you ${facts.financed} and owns what you owe, and with Morrow, who runs this loan and collects the payments for ${facts.funder}.`,
        ...(facts.coFunders
          ? [
              `Your loan is funded by ${facts.funder} together with ${facts.coFunders}: each of them owns its part of what you owe.`,
            ]
          : []),
      ],
    },
    {
      heading: 'What it is for',
      paragraphs: [
        'The money is for your own spending. It must not go into securities, other investments or property, and not be lent on.',
      ],
    },
    {
      heading: 'What it costs',
      paragraphs: [
        `You get ${facts.total}; nothing is taken off it. On what you still owe you pay ${facts.interest?.rate ?? facts.zero} interest a year, without compounding: ${facts.charge} in all, if you pay on the dates below. The rate stays the same for the whole loan. In all you pay back ${facts.payable}. Fees: ${facts.zero}.`,
        dayCounts[facts.interest?.dayCount ?? '30/360'],
      ],
    },
    {
      heading: 'When you pay',
      paragraphs: [
        `If the money is sent on ${facts.agreedOn}, you pay:`,
        ...facts.payments.map(({ date, amount }) => `${date}: ${amount}`),
        'The dates count from the day on which the money is sent, at the same intervals. If it cannot be sent, you owe nothing.',
      ],
    },
    {
      heading: 'How you pay',
      paragraphs: [
        'Each payment is taken on its date from the card that got the money; you can change the card. You can pay earlier at any time, in part or in full; that costs nothing, and you pay interest only for the days used.',
      ],
    },
    {
      heading: 'If a payment is late',
      paragraphs: [
        `${lateFee(facts)} We try the card again after 1, 3, 7, 14 and 30 days and tell you each time. From the 4th day on you cannot borrow or make new plans until it is paid, and your pay score falls.`,
      ],
    },
    {
      heading: 'This text',
      paragraphs: [
        `Terms ${facts.termsVersion}, agreed on ${facts.agreedOn}. What you agree to cannot be changed afterwards without you.`,
      ],
    },
  ];
}

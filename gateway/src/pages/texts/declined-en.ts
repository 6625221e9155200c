import type { DeclineCode } from '../../pay-score/assessments.ts';
import type { Advice } from './shapes.ts';

/**
 * What is said of a decision that declined, in English: `why`, and in `next` what is true whatever the figures are. What
 * depends on them (an amount, a first part, a payment, the score) is said by `steps`, for what the rules themselves answered.
 */
export const declinedEn = {
  title: 'Not this time',
  intro: 'We cannot offer to pay this purchase later. Here is why, and what you can do.',
  nextHeading: 'What you can do',
  cart: (shop: string) => `Your cart at ${shop} is as you left it. You can pay there in another way.`,
  go: (shop: string) => `Go back to ${shop}`,
  overdueHeading: 'What is overdue',
  overdueShop: 'Shop',
  overdueSince: 'Due on',
  overdueAmount: 'Amount',
  payOverdue: 'Pay it now in your account',
  checked: 'We asked our own rules about each of these with your figures of now.',
  steps: {
    amount: (amount: string) =>
      `You are approved for up to ${amount}: make the purchase smaller and start again.`,
    drawAmount: (amount: string) => `You are approved for up to ${amount}: ask for less.`,
    orderAmount: (amount: string) =>
      `An order of up to ${amount} would be approved, from ten minutes after this one on.`,
    down: (percent: string, amount: string) =>
      `Pay ${percent} % of it, ${amount}, at once, and the rest later in equal parts.`,
    downButton: (amount: string) => `Pay ${amount} first and choose a plan`,
    pay: (amount: string, purchase: string) => `Pay ${amount} on ${purchase}; then it would be approved.`,
    payAll: (amount: string, purchase: string) =>
      `Pay off ${purchase}, ${amount} by its dates; then it would be approved.`,
    paySeveral: 'Pay each of these; then it would be approved:',
    paySeveralItem: (amount: string, purchase: string) => `${amount} on ${purchase}`,
    purchaseAt: (shop: string) => `your purchase at ${shop}`,
    draw: 'your cash draw',
    behaviour: (what: string, score: string) =>
      `${what}: your score would then be ${score}, and it would be approved.`,
    behaviourPay: (amount: string) => ` For that, pay ${amount} of what you owe.`,
  },
  appeal: 'You do not agree?',
  appealHint:
    'We decide again at once with the facts of today. If you then still do not agree, a person looks at it, in your account.',
  appealButton: 'Decide again, or ask for a person',
  leads: {
    payments: 'Your payments, to pay one now',
    limits: 'Your own limits and your income',
  },
  codes: {
    amount_above_available: ({ available, nothingAvailable }: Advice) => ({
      why: nothingAvailable
        ? 'Everything that you may owe is in use.'
        : `This purchase is above what you may pay later now: ${available}.`,
      next: ['Each payment that you make frees its principal again.'],
    }),
    overdue: ({ overdue }: Advice) => ({
      why: `${overdue} is overdue from earlier purchases.`,
      next: ['You can pay it in your account at once; then start again from the shop.'],
    }),
    score_too_low: () => ({
      why: 'Your pay score is too low for a new plan.',
      next: ['What made it so stands below. Every payment that you make on its date helps.'],
    }),
    underage: () => ({
      why: 'Paying later is for adults only.',
      next: ['Pay it in the shop in another way.'],
    }),
    locked_by_shopper: () => ({
      why: 'You have locked paying later in your account.',
      next: ['Your account shows, with your own limits, how and when it can be unlocked.'],
    }),
    above_own_ceiling: () => ({
      why: 'This purchase is above the ceiling that you set for yourself.',
      next: ['You can change the ceiling in your account; a higher one holds from a day later on.'],
    }),
    too_many_orders: () => ({
      why: 'You have as many open purchases as may be open at once.',
      next: ['When one of them is paid off, start again from the shop.'],
    }),
    cooling_off: () => ({
      why: 'You made many purchases in a short time, so there is a pause of a day before the next.',
      next: ['A day after the last purchase you can start again from the shop.'],
    }),
    unaffordable: () => ({
      why: 'With this purchase, more would fall due in the next 90 days than the income that we know of allows.',
      next: ['Tell us your income, or that it has changed, in your account; then open this page again.'],
    }),
    suspicious: () => ({
      why: 'Something about this purchase does not fit together, so we did not go on.',
      next: ['If it was you, ask below for a person to look at it.'],
    }),
    challenge_required: () => ({
      why: 'This purchase needs a code that we send to your phone.',
      next: ['Start again from the shop and answer the code.'],
    }),
    history_contradicts: () => ({
      why: 'What is stored about your payments contradicts itself, so we could not make a score.',
      next: ['This is not your doing. Ask below for a person to look at it.'],
    }),
    line_suspended: () => ({
      why: 'Paying later is suspended for you.',
      next: ['Plans that you agreed to go on as they are; your account shows what is open.'],
    }),
    no_funder: () => ({
      why: 'Nobody can fund this amount at the moment. This is not about you.',
      next: ['Funders have room again when others repay: start again from the shop later.'],
    }),
    amount_above_programme: () => ({
      why: 'Purchases of this kind cannot be paid later in this amount.',
      next: ['You can pay it in the shop in another way.'],
    }),
    amount_too_small: () => ({
      why: 'This purchase is too small to be paid later.',
      next: ['Pay it in the shop.'],
    }),
    identity_required: () => ({
      why: 'Your identity has not been verified.',
      next: ['Start again from the shop and have it verified.'],
    }),
  } satisfies Record<DeclineCode, (advice: Advice) => { why: string; next: string[] }>,
};

export type DeclinedTexts = typeof declinedEn;

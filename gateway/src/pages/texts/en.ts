import type { PlanCode } from '../../plans/offers.ts';
import type { ProgrammeCode } from '../../plans/programmes.ts';
import type { DisclosureRegime } from '../../plans/disclosure.ts';
import type { Market } from '../../plans/markets.ts';
import { bankNoticesEn, banksEn } from '../account/bank-accounts/texts/en.ts';
import { dataNoticesEn, dataEn } from '../account/data/texts/en.ts';
import { hostedIdentityEn, hostedIdentityNoticesEn } from './hosted-identity-en.ts';
import { signingInEn, signingInNoticesEn } from '../account/signing-in/texts/en.ts';
import { decisionNoticesEn, decisionsEn } from '../account/decisions/texts/en.ts';
import { limitNoticesEn, limitsEn } from '../account/limits/texts/en.ts';
import { lateEn } from '../account/late/texts/en.ts';
import { caseNoticesEn, casesEn } from '../account/cases/texts/en.ts';
import { messagesEn, messagesNoticesEn } from '../account/messages/texts/en.ts';
import { disputeNoticesEn, disputesEn } from '../account/disputes/texts/en.ts';
import { helpEn } from '../help/texts.ts';
import { returnsEn } from '../account/returns/texts/en.ts';
import { accountEn } from '../account/texts/en.ts';
import { ownLimitsEn, ownLimitsNoticesEn } from '../account/own-limits/texts/en.ts';
import { drawsEn } from '../account/draws/texts/en.ts';
import { guaranteeNoticesEn, guaranteesEn } from '../account/guarantees/texts/en.ts';
import { agreementsEn } from '../agreement/texts/en.ts';
import { consoleEn } from '../console/texts/en.ts';
import { dashboardEn } from '../dashboard/texts/en.ts';
import { statementEn } from '../settlement/texts.ts';
import { challengeEn } from '../checkout/texts/challenge-en.ts';
import type { AgreementFacts, AgreementSection } from './agreement-facts.ts';
import { shipmentsEn } from './shipments.ts';
import { declinedEn } from './declined-en.ts';
import { protectionEn } from './protection-en.ts';
import { scoreEn } from './score-en.ts';
import { dayCounts, lateFee } from './terms-en.ts';
import type { NoticeText } from './shapes.ts';

/** Everything that the pages say in English. Amounts, dates and names come formatted. */
export const en = {
  layout: {
    languageName: 'English',
    languages: 'Language',
    sandbox: 'Sandbox: no real money, no real people.',
    promise: 'You see every date, every amount and the whole cost before you agree.',
    skip: 'Skip to the page',
    waiting: (counted: string) => `${counted} waiting for you`,
    errorTitle: (title: string) => `Problem: ${title}`,
  },
  progress: {
    label: 'Steps of this checkout',
    steps: { phone: 'Phone', about: 'You', plan: 'Plan', agreement: 'Agreement' },
  },
  purchase: {
    heading: 'Your purchase',
    payee: 'Shop',
    reference: 'Order',
    total: 'Total',
    lines: 'Items',
    quantity: (count: number) => `${count} ×`,
    backTo: 'Then back to',
    leave: (shop: string) => `Cancel and go back to ${shop}`,
    back: (shop: string) => `Go back to ${shop}`,
    leaveHint: 'Your cart stays as it is.',
  },
  phone: {
    title: 'Pay later',
    claimedTitle: 'Sign in to go on',
    intro: (shop: string) =>
      `Tell us your mobile number to see how you can pay ${shop} later. Nothing is owed until you agree.`,
    claimedIntro:
      'This checkout belongs to somebody who signed in already. Sign in with the same number to see it.',
    label: 'Mobile number',
    hint: '11 digits for mainland China, or with the country code, such as +44 7700 900123.',
    send: 'Send me a code',
    sandbox:
      'In a sandbox any number that codes are sent to will do; 199 0000 0001 belongs to a person who is known already. No message is sent: the code appears in the inbox of the sandbox.',
  },
  code: {
    title: 'Enter the code',
    intro: (phone: string) => `We sent a code of 6 digits to ${phone}. It is good for 5 minutes.`,
    introKnown: (phone: string) =>
      `If we know ${phone}, a code of 6 digits is on its way to it. It is good for 5 minutes.`,
    label: 'One-time code',
    hint: '6 digits. We never ask for it by phone.',
    check: 'Continue',
    again: 'Send a new code',
    other: 'Use another number',
    sandbox: 'This is a sandbox: look for the code in its inbox.',
  },
  known: {
    title: 'Welcome back',
    intro: (phone: string) => `You are signed in with ${phone}.`,
    go: 'Continue with this number',
    other: 'That is not me: use another number',
  },
  about: {
    title: 'About you',
    intro: 'We ask for this once. It protects you: nobody can buy in your name.',
    identityHeading: 'Your identity',
    name: 'Full name',
    nameHint: 'As it is written on your identity card.',
    nationalId: 'Identity number',
    nationalIdHint: 'All 18 characters of your identity card. It is kept encrypted and never shown to shops.',
    consentsHeading: 'What you agree to',
    consentsIntro:
      'Each is your choice. Without all of them we cannot let you pay later; your cart is not affected.',
    agree: 'I agree',
    go: 'Continue',
    testHeading: 'Test persons of this sandbox',
    testIntro: 'A sandbox knows only these made-up people. Copy one of them.',
    testName: 'Name',
    testNumber: 'Identity number',
    testResult: 'Result',
    testResults: {
      good: 'verified',
      refused: 'not found by the identity service',
      minor: 'too young',
    },
  },
  plans: {
    names: {
      pay_after: (days) => (days === 0 ? 'Pay when it ships' : `Pay in ${days} days`),
      pay_in_3: () => 'Pay in 3 parts',
      pay_in_4: () => 'Pay in 4 parts',
      monthly_3: () => 'Pay by the month, 3 times',
      monthly_6: () => 'Pay by the month, 6 times',
      monthly_12: () => 'Pay by the month, 12 times',
      monthly_24: () => 'Pay by the month, 24 times',
      monthly_36: () => 'Pay by the month, 36 times',
      cash_draw: () => 'Cash to your account',
    } satisfies Record<PlanCode, (days: number) => string>,
    summaries: {
      pay_after: 'One payment, counted from the day the shop ships.',
      pay_in_3: 'Three payments, one a month.',
      pay_in_4: 'Four payments, every two weeks.',
      monthly_3: 'Three payments, one a month, the first a month after the shop ships.',
      monthly_6: 'Six payments, one a month, the first a month after the shop ships.',
      monthly_12: 'Twelve payments, one a month, the first a month after the shop ships.',
      monthly_24: '24 payments, one a month, the first a month after the shop ships.',
      monthly_36: '36 payments, one a month, the first a month after the shop ships.',
      cash_draw: 'Money on your account now, paid back by the month.',
    } satisfies Record<PlanCode, string>,
  },
  programmes: {
    retail: 'For goods: a refund lowers the last payments first.',
    dining: 'For a meal: one payment, a little later.',
    travel: 'For a journey: a refund lowers all payments that are left.',
    education:
      'For a course, and for adults only: whoever agrees is not a student, and a student is not lent to. A refund lowers all payments that are left.',
    medical: 'For a treatment: a refund lowers all payments that are left.',
    in_store: 'In the shop: show this page at the counter when you are done.',
  } satisfies Record<ProgrammeCode, string>,
  offers: {
    title: 'How would you like to pay?',
    intro: 'Dates as if the shop ships today; they begin when it really does.',
    dates: 'Dates and amounts',
    payment: 'Payment',
    date: 'Date',
    amount: 'Amount',
    now: 'Reserved now',
    reserved: 'Reserved',
    down: 'First payment',
    downHint: 'Reserved on your card now and taken when the shop ships.',
    cost: 'Cost of paying later',
    total: 'You pay in all',
    fundedBy: 'Funded by',
    choose: (plan: string) => `Choose “${plan}”`,
    today: 'today',
    chartTitle: (plan: string) => `Payments of “${plan}” by date`,
    monthly: 'Each month',
    monthlyTimes: (amount: string, count: string) => `${amount}, ${count} times`,
    monthlyFromTo: (first: string, last: string) => `from ${first} down to ${last}`,
    principal: 'Principal',
    interest: 'Interest',
    rate: 'Interest rate',
    apr: {
      CN: 'Yearly cost (IRR)',
      EU: 'APR',
      UK: 'APR',
      US: 'APR',
    } satisfies Record<Market, string>,
    rateOf: (percent: string) => `${percent} a year`,
    freeByShop: '0 % — the shop pays the interest',
    partByShop: (percent: string) => `${percent} a year — the shop pays the rest`,
    details: 'All dates and amounts',
    dayHeading: 'On which day of the month?',
    dayLabel: 'Day of the month',
    dayNone: 'The day on which the shop ships',
    dayHint:
      'Counted from a day of your choice, the first payment falls on the first such day that is at least 15 days after the shop ships; interest is reckoned by the days.',
    daySet: 'Show the dates',
  },
  disclosure: {
    titles: {
      cn_loan: 'Costs of this loan',
      eu_pre_contract: 'Pre-contract information (European consumer credit)',
      eu_exempt: 'Information about this plan',
      uk_deferred_payment: 'Key information',
      uk_credit: 'Pre-contract credit information',
      uk_exempt: 'Information about this plan',
      us_closed_end: 'Truth in Lending disclosure',
      us_exempt: 'Information about this plan',
    } satisfies Record<DisclosureRegime, string>,
    intros: {
      cn_loan:
        'Both yearly rates are shown: without compounding, and as the internal rate of return of all payments.',
      eu_pre_contract:
        'Take the time to read this before you decide. Nothing is agreed until you press the button below, and you may withdraw afterwards.',
      eu_exempt: 'The law does not ask for this form here; you get it anyway.',
      uk_deferred_payment:
        'Read this before you agree. This is borrowing: think about whether you can afford each payment.',
      uk_credit:
        'Read this before you agree. This is borrowing: think about whether you can afford each payment.',
      uk_exempt: 'The law does not ask for this form here; you get it anyway.',
      us_closed_end: 'Estimates are as if the shop ships today.',
      us_exempt: 'The law does not ask for this form here; you get it anyway.',
    } satisfies Record<DisclosureRegime, string>,
    line: (label: string, said: string) => `${label}: ${said}`,
    days: (days: number) => `${days} days`,
    daysBetween: (first: number, last: number) => `${first} to ${last} days`,
    dates: (from: string, to: string) => `${from} to ${to}`,
    lateFee: (amount: string, percent: number, days: number) =>
      `${amount}, at most ${percent} % of the payment, after ${days} days`,
    installments: (count: number) => `${count}, each with its date and amount in the table of your plan`,
  },
  score: scoreEn,
  agreement: {
    title: 'Read and agree',
    chosen: 'Your plan',
    change: 'Choose another plan',
    methods: 'Card for the payments',
    methodsHint: 'Each payment is taken from this card on its date.',
    savedMethod: (brand: string, last4: string) => `${brand}, ends in ${last4}`,
    savedGroup: 'Your cards',
    testGroup: 'Test cards of this sandbox',
    noMethods: 'No card can be added here yet. Go back to the shop and pay there; your cart is not affected.',
    funderHeading: 'Who funds it',
    agree: 'I agree',
    textHeading: 'Your agreement',
    fingerprint: 'Fingerprint of this agreement (SHA-256)',
    button: 'Agree and pay later',
    buttonHint: (total: string) => `You agree to pay ${total} in all, on the dates above.`,
    text: agreementText,
  },
  waiting: {
    title: 'Waiting for the bank',
    intro: (amount: string) =>
      `We asked the bank to reserve the first payment of ${amount} and have no answer yet. You need not do anything; it is asked for once only.`,
    funderTitle: 'Waiting for the lender',
    funderIntro: (funder: string) =>
      `We asked ${funder} to fund your plan and have no answer yet. You need not do anything; it is asked for once only.`,
    again: 'Look again',
  },
  done: {
    title: 'Agreed',
    intro: (shop: string, total: string) =>
      `You pay ${total} to ${shop} later. The shop now completes your order.`,
    completedIntro: (shop: string) => `${shop} has your order. The dates begin when it ships.`,
    down: (amount: string) => `${amount} is reserved on your card and taken when the shop ships.`,
    go: (shop: string) => `Return to ${shop}`,
    goHint: 'Go back so that the shop can complete your order.',
    counterHint: 'Show this page at the counter: the shop completes your order there.',
    account: 'See what you owe',
    dates: (date: string) => `Dates as if the shop ships on ${date}; they begin when it really does.`,
  },
  declined: declinedEn,
  shipments: shipmentsEn,
  ended: {
    expiredTitle: 'This checkout has expired',
    expired: 'The time to agree is over. Nothing was agreed and nothing is owed.',
    lapsed:
      'You agreed, but the shop did not take the order in time. The agreement is void: nothing is owed, and what was reserved on your card is released.',
    canceledTitle: 'This checkout was canceled',
    canceled: 'Nothing is owed. What was reserved, if anything, is released.',
    next: (shop: string) => `Your cart at ${shop} is as you left it. Go back and start the checkout again.`,
    go: (shop: string) => `Go back to ${shop}`,
  },
  problems: {
    not_found: {
      title: 'Page not found',
      text: 'There is no checkout for you at this address.',
      next: 'Go back to the shop and start the checkout again.',
    },
    not_yours: {
      title: 'Page not found',
      text: 'There is nothing of yours at this address.',
      next: 'Your account shows all that is yours. A checkout that you agreed to leads to it.',
    },
    form: {
      title: 'Please reload this page',
      text: 'This form is too old, or was not sent from this page. Nothing was changed.',
      next: 'Open the page again, with cookies allowed, and repeat your last step.',
    },
    too_often: {
      title: 'Decided often enough',
      text: 'This checkout has been decided as often as it may be.',
      next: 'Go back to the shop and start a new checkout. Your cart is not affected.',
    },
    busy: {
      title: 'One moment',
      text: 'Something else is being written at this moment. Nothing was changed.',
      next: 'Load this page again in a few seconds.',
    },
    too_large: {
      title: 'Too much was sent',
      text: 'This form was larger than it can be. Nothing was changed.',
      next: 'Open the page again and repeat your last step.',
    },
    no_return: {
      title: 'We cannot send you back',
      text: 'The address that the shop gave us is no longer one of the shop’s own, so we do not open it.',
      next: 'Open the shop yourself. What you agreed to here stays as it is.',
    },
    outside_over: {
      title: 'This sign-in is over',
      text: 'It took longer than 10 minutes, was finished already, or began in another browser. Nothing was changed.',
      next: 'Go back to the page where you began and sign in there once more, or by code.',
    },
    identity_over: {
      title: 'There is no such check',
      text: 'This identity check is not yours, or you were signed out since it began. Nothing was lost.',
      next: 'Go back to the page where you began and sign in there. A check that succeeded is known there.',
    },
    failed: {
      title: 'Something went wrong',
      text: 'The fault is ours. If you had already agreed, it is kept; nothing is done twice.',
      next: 'Load this page again. If this stays, tell us the number below.',
    },
    reload: 'Load the page again',
    account: 'Go to your account',
    request: 'Number',
  },
  notices: {
    ...limitNoticesEn,
    ...guaranteeNoticesEn,
    ...bankNoticesEn,
    ...dataNoticesEn,
    ...signingInNoticesEn,
    ...hostedIdentityNoticesEn,
    ...decisionNoticesEn,
    phone_invalid: () => ({
      field: 'phone',
      text: 'This is not a mobile number that we can reach. Check it, and add the country code if it is not from mainland China.',
    }),
    phone_not_served: () => ({
      field: 'phone',
      text: 'We do not send codes to numbers that begin like this one. Use a mobile number of a country where this service is offered, or, if you have one, the passkey or the other account that you signed in with before.',
    }),
    codes_known_only: ({ minutes = '' }) => ({
      text: `We are sending few codes just now. If you have signed in with this number before, yours is on its way. If not, none was sent: try again in ${minutes} min, or pay in another way at the shop.`,
    }),
    code_limit: ({ minutes = '' }) => ({
      text: `Too many codes were asked for. Wait ${minutes} min, then ask for one code. A code that has arrived is still good for 5 minutes.`,
    }),
    code_wrong: ({ left = '' }) => ({
      field: 'code',
      text: `This code is not right. Check it and try again; tries left: ${left}.`,
    }),
    code_over: () => ({
      text: 'This code is no longer good: it is too old, was tried too often, or a newer one was sent. Ask for a new code.',
    }),
    signed_out: () => ({
      text: 'You were signed out because nothing happened for 15 minutes. Sign in again; nothing is lost.',
    }),
    name_invalid: () => ({ field: 'name', text: 'Enter your full name, 2 to 100 characters.' }),
    national_id_invalid: () => ({
      field: 'national_id',
      text: 'This identity number cannot be right. Copy all 18 characters from your card.',
    }),
    identity_not_matched: () => ({
      field: 'national_id',
      text: 'The identity service does not know this name with this number. Check both.',
    }),
    identity_not_a_test_person: () => ({
      field: 'national_id',
      text: 'This is a sandbox: use one of the test persons on this page, never a real number.',
    }),
    identity_minor: () => ({
      text: 'Paying later is for people of 18 years or more. You can pay in the shop; your cart is not affected.',
    }),
    identity_in_use: () => ({
      text: 'This person is already verified with another mobile number. Sign in with that number.',
    }),
    identity_differs: () => ({
      text: 'You were verified as somebody else before. Use your own name and number.',
    }),
    step_up_required: () => ({
      text: 'The identity check is more than 15 minutes old. Prove again that it is you; nothing was changed.',
    }),
    step_up_limit: () => ({
      text: 'The identity check failed too often. Sign out, sign in again, and copy the name and number from your card.',
    }),
    agreement_ended: () => ({ good: true, text: 'The agreement has ended. No more orders are taken by it.' }),
    consents_missing: () => ({
      text: 'Tick each of the boxes to go on, or go back to the shop; your cart is not affected.',
    }),
    text_changed: () => ({
      text: 'This text has changed since you opened the page. Please read it as it is now.',
    }),
    funder_changed: () => ({
      text: 'The lender that you chose does not fund this purchase now. Please choose again: each plan shows who funds it, and what it costs.',
    }),
    method_missing: () => ({ field: 'method', text: 'Choose a card for the payments.' }),
    plan_gone: () => ({ text: 'This plan is not on offer any more. Choose one of these.' }),
    limit_exceeded: () => ({
      text: 'Another purchase has used a part of what you may pay later. Choose again.',
    }),
    funder_unavailable: () => ({
      text: 'Nobody can fund this amount at the moment. Try again in a minute, or choose another plan.',
    }),
    card_refused: () => ({
      field: 'method',
      text: 'This card cannot be used for this purchase. Nothing was taken and nothing is agreed. Choose another card.',
    }),
    card_declined: () => ({
      field: 'method',
      text: 'The bank declined the first payment on this card. Nothing was taken and nothing is agreed. Choose another card.',
    }),
    card_no_funds: () => ({
      field: 'method',
      text: 'There is not enough money on this card for the first payment. Nothing was taken and nothing is agreed. Choose another card.',
    }),
    card_expired: () => ({
      field: 'method',
      text: 'This card has expired. Nothing was taken and nothing is agreed. Choose another card.',
    }),
    processor_unavailable: () => ({
      text: 'The card service does not answer. Nothing was taken. Try again in a minute.',
    }),
    busy: () => ({ text: 'Something else was being written at that moment. Please repeat your last step.' }),
    pay_under_way: () => ({
      text: 'A payment of this plan is under way already. Nothing more was taken.',
    }),
    pay_changed: () => ({
      text: 'Something happened on this plan since you opened the page. Nothing more was taken; see below how it stands now.',
    }),
    pay_above_owed: () => ({ text: 'By now less than this is owed. Nothing was taken.' }),
    pay_nothing_owed: () => ({ text: 'Nothing is owed on this plan any more. Nothing was taken.' }),
    return_declared: () => ({
      good: true,
      text: 'Your return is declared. Your payments wait until the shop has answered.',
    }),
    return_withdrawn: () => ({ good: true, text: 'Your return is withdrawn. Your payments go on.' }),
    return_open: () => ({ text: 'A return of this order is open already; nothing more was declared.' }),
    return_impossible: () => ({
      text: 'This can no longer be declared as a return: the order has changed. Nothing was declared.',
    }),
    dispute_opened: () => ({ good: true, text: disputeNoticesEn.dispute_opened }),
    dispute_withdrawn: () => ({ good: true, text: disputeNoticesEn.dispute_withdrawn }),
    dispute_over: () => ({ text: disputeNoticesEn.dispute_over }),
    dispute_impossible: () => ({ text: disputeNoticesEn.dispute_impossible }),
    dispute_return_open: () => ({ text: disputeNoticesEn.dispute_return_open }),
    dispute_incomplete: () => ({ text: disputeNoticesEn.dispute_incomplete }),
    dispute_file_added: () => ({ good: true, text: disputeNoticesEn.dispute_file_added }),
    dispute_file_refused: () => ({ text: disputeNoticesEn.dispute_file_refused }),
    dispute_file_limit: () => ({ text: disputeNoticesEn.dispute_file_limit }),
    case_sent: () => ({ good: true, text: caseNoticesEn.case_sent }),
    case_written: () => ({ good: true, text: caseNoticesEn.case_written }),
    case_closed: () => ({ good: true, text: caseNoticesEn.case_closed }),
    case_not_yours: () => ({ text: caseNoticesEn.case_not_yours }),
    case_incomplete: () => ({ field: 'text', text: caseNoticesEn.case_incomplete }),
    case_text: () => ({ field: 'text', text: caseNoticesEn.case_text }),
    case_too_many: () => ({ text: caseNoticesEn.case_too_many }),
    ...messagesNoticesEn,
    zone_kept: () => ({ good: true, text: 'Your time zone is kept.' }),
    late_promised: () => ({ good: true, text: 'Your date is noted. Until then we ask for nothing.' }),
    late_promise_open: () => ({ text: 'You promised a date already; it still holds.' }),
    late_no_promise: () => ({
      text: 'No new date can be promised for now, because earlier ones have passed.',
    }),
    late_nothing: () => ({ text: 'Nothing of this plan is late any more, so nothing was changed.' }),
    late_date: () => ({ text: 'Please choose one of the dates that are named. Nothing was changed.' }),
    late_moved: () => ({ good: true, text: 'The payment is moved, free of charge. See its new date below.' }),
    late_no_move: () => ({
      text: 'Only the first late payment of a plan can be moved, once. Nothing was changed.',
    }),
    hardship_granted: () => ({ good: true, text: 'Easier terms are arranged. See your new dates below.' }),
    hardship_asked: () => ({ good: true, text: 'We have your request. A person decides and answers you.' }),
    hardship_missing: () => ({ text: 'Please choose a pause, a longer time, or both. Nothing was changed.' }),
    hardship_refused: () => ({
      text: 'These terms cannot be arranged on this plan now. Nothing was changed.',
    }),
    return_over: () => ({ text: 'This return is over already; see below what became of it.' }),
    plan_over: () => ({ text: 'Nothing is collected on this plan any more, so its card stays as it is.' }),
    method_changed: () => ({ good: true, text: 'From now on the payments are taken from the new card.' }),
    draw_amount: ({ least = '', most = '' }) => ({
      field: 'amount',
      text: `Enter an amount from ${least} to ${most}, with at most two decimals.`,
    }),
    draw_under_way: () => ({
      text: 'Another cash draw of yours is on its way to the bank. Nothing more was asked for; wait until it has arrived.',
    }),
    draw_cooling_off: () => ({
      text: 'A card or bank account, or a way to sign in, was changed in your account less than 24 hours ago. For your safety no cash is drawn until then; nothing was changed.',
    }),
    draw_off: () => ({ text: 'Cash is not lent here. Nothing was changed.' }),
    draw_declined: () => ({ text: 'This cash draw was declined. The reason is below.' }),
    draw_gone: () => ({ text: 'This offer is not there any more. Choose one of these.' }),
    draw_consents: () => ({ text: 'Tick each of the boxes to go on. Nothing is agreed yet.' }),
    ...ownLimitsNoticesEn,
    left: () => ({ good: true, text: 'You are signed out.' }),
    left_everywhere: () => ({ good: true, text: 'You are signed out everywhere.' }),
  } satisfies Record<string, (values: Record<string, string>) => NoticeText>,
  account: accountEn,
  challenge: challengeEn,
  late: lateEn,
  limits: limitsEn,
  returns: returnsEn,
  disputes: disputesEn,
  cases: casesEn,
  messages: messagesEn,
  help: helpEn,
  agreements: agreementsEn,
  decisions: decisionsEn,
  draws: drawsEn,
  banks: banksEn,
  data: dataEn,
  signingIn: signingInEn,
  hostedIdentity: hostedIdentityEn,
  guarantees: guaranteesEn,
  protection: protectionEn,
  ownLimits: ownLimitsEn,
  console: consoleEn,
  dashboard: dashboardEn,
  statement: statementEn,
  inbox: {
    title: 'Inbox of this sandbox',
    intro: 'What would have been sent to shoppers, the newest first. Nothing leaves a sandbox.',
    refresh: 'Refresh',
    older: 'Older messages',
    empty: 'Nothing was sent yet.',
    to: 'To',
    channels: { sms: 'Text message', mail: 'Mail' },
    heldUntil: (time: string) => `Held back at night; goes out at ${time}`,
  },
};

/** The same keys with the same parameters, in another language. */
export type Texts = typeof en;

function parties(facts: AgreementFacts): string[] {
  return [
    ...(facts.isForAdults
      ? ['You declare that you are of age and not a student; a student is not lent to.']
      : []),
    `You agree with ${facts.funder}, who pays ${facts.shop} for you and owns what you owe, and with Morrow, who runs this plan and collects the payments for ${facts.funder}.`,
    ...(facts.coFunders
      ? [
          `Your plan is funded by ${facts.funder} together with ${facts.coFunders}: each of them owns its part of what you owe.`,
        ]
      : []),
  ];
}

function agreementText(facts: AgreementFacts): AgreementSection[] {
  return [
    {
      heading: 'Who agrees',
      paragraphs: parties(facts),
    },
    {
      heading: 'What it costs',
      paragraphs: [
        ...costs(facts),
        ...(facts.down
          ? [
              `The first payment of ${facts.down} is your own money: it is reserved on your card when you agree and taken as the shop ships. The other ${facts.financed} is paid later.`,
            ]
          : []),
      ],
    },
    {
      heading: 'When you pay',
      paragraphs: [
        `If the shop ships on ${facts.agreedOn}, you pay:`,
        ...facts.payments.map(({ date, amount }) => `${date}: ${amount}`),
        'The dates count from the day on which the shop first ships, at the same intervals. What ships later is added to the payments that are not due yet; if it does not fit there, further payments follow at the same distance, none larger than the payments above.',
        'If the shop does not ship, you owe nothing, and what was reserved on your card is released.',
      ],
    },
    {
      heading: 'How you pay',
      paragraphs: [
        `Each payment is taken from the card you choose here, on its date. ${
          facts.interest
            ? 'You can pay earlier at any time, in part or in full; that costs nothing, and you pay interest only for the days used.'
            : 'You can pay earlier at any time, and that costs nothing.'
        }`,
      ],
    },
    {
      heading: 'If a payment is late',
      paragraphs: [
        `${lateFee(facts)} We try the card again after 1, 3, 7, 14 and 30 days and tell you each time. From the 4th day on you cannot make new plans until it is paid, and your pay score falls.`,
      ],
    },
    {
      heading: 'If the shop refunds you',
      paragraphs: [
        facts.refundPolicy === 'from_last'
          ? 'A refund lowers what you still owe, beginning with the last payment.'
          : 'A refund lowers all payments that you still owe, in proportion.',
        ...(facts.interest
          ? ['What is refunded has cost you nothing: the interest on it is given back as well.']
          : []),
        'Whatever is refunded beyond what you owe goes back to your card.',
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

function costs({ total, charge, payable, zero, financed, interest }: AgreementFacts): string[] {
  if (!interest)
    return [`Your purchase costs ${total}. You pay the same: ${total}. Interest: ${zero}. Fees: ${zero}.`];
  const price = interest.isFree
    ? `You pay no interest: the shop pays it for you.`
    : `On what you still owe of ${financed} you pay ${interest.rate} interest a year${
        interest.isShared ? ', and the shop pays the rest for you' : ''
      }: ${charge} in all, if you pay on the dates below. The rate stays the same for the whole plan.`;
  return [
    `Your purchase costs ${total}. ${price} In all you pay ${payable}. Fees: ${zero}.`,
    dayCounts[interest.dayCount],
  ];
}

import type { CalendarDate } from '../lib/dates.ts';
import type { Locale } from '../shoppers/profile.ts';
import type { ChangeReason } from '../standing/limit-policy.ts';
import { appealFields, appealTexts } from './appeal-texts.ts';
import { bankFields, bankTexts, bankThatWaits } from './bank-texts.ts';
import { caseFields, caseTexts } from './case-texts.ts';
import { disputeFields, disputeTexts } from './dispute-texts.ts';
import {
  formatDate,
  formatMoney,
  formatPercent,
  formatPurchase,
  type Money,
  type Purchase,
} from './format.ts';
import { guaranteeFields, guaranteesThatWait, guaranteeTexts } from './guarantee-texts.ts';
import { latenessFields, latenessTexts, latenessThatWaits } from './lateness-texts.ts';
import { formatReasons, limitTexts } from './limit-texts.ts';
import { orderFields, orderTexts, orderThatWaits } from './order-texts.ts';
import { planFields, planTexts, planThatWaits } from './plan-texts.ts';
import { signInFields, signInTexts } from './sign-in-texts.ts';

type Kinds = {
  text: string;
  number: number;
  money: Money;
  date: CalendarDate;
  purchase: Purchase;
  /** A yearly rate in millionths. */
  rate: number;
  reasons: readonly ChangeReason[];
};

const limitFields = { from: 'money', amount: 'money', reasons: 'reasons', link: 'text' } as const;
const priceFields = { before: 'rate', rate: 'rate', reasons: 'reasons', link: 'text' } as const;

/** Every message that we send, with the kind of each of its placeholders. */
export const templateFields = {
  sign_in_code: { code: 'text', minutes: 'number' },
  purchase_code: { code: 'text', minutes: 'number', merchant: 'text' },
  limit_raised: limitFields,
  limit_cut: limitFields,
  price_fell: priceFields,
  price_rose: priceFields,
  raise_offered: { ...limitFields, date: 'date' },
  ...orderFields,
  ...planFields,
  ...latenessFields,
  ...appealFields,
  ...disputeFields,
  ...caseFields,
  ...guaranteeFields,
  ...bankFields,
  ...signInFields,
} as const satisfies Record<string, Record<string, keyof Kinds>>;

export type Template = keyof typeof templateFields;

/**
 * What the calendar brings about can wait until the morning. What somebody did just now is answered just now; of a
 * payment it depends on who asked for it.
 */
export const canWait: ReadonlySet<Template> = new Set([
  'limit_raised',
  'limit_cut',
  'price_fell',
  'price_rose',
  'raise_offered',
  'appeal_upheld',
  'case_message',
  'case_closed',
  'appeal_granted',
  'repayment_charged_back',
  'dispute_answered',
  'dispute_refunded',
  'dispute_refused',
  ...orderThatWaits,
  ...planThatWaits,
  ...latenessThatWaits,
  ...guaranteesThatWait,
  ...bankThatWaits,
] satisfies Template[]);

/** What a template is filled with. */
export type TemplateData<T extends Template> = {
  [Field in keyof (typeof templateFields)[T]]: Kinds[(typeof templateFields)[T][Field] & keyof Kinds];
};

/** One message to be written: its template with the data of just this template. */
export type Content = { [T in Template]: { template: T; data: TemplateData<T> } }[Template];

/** A message to be written, and whether it can wait until the morning. */
export type Described = Content & { waits: boolean };

type Text = { subject: string; body: string };

/** A subject has no placeholders: it is kept and transported in the open. */
export const templateTexts: Record<Locale, Record<Template, Text>> = {
  en: {
    ...orderTexts.en,
    ...planTexts.en,
    ...latenessTexts.en,
    ...limitTexts.en,
    ...appealTexts.en,
    ...disputeTexts.en,
    ...caseTexts.en,
    ...guaranteeTexts.en,
    ...bankTexts.en,
    ...signInTexts.en,
    sign_in_code: {
      subject: 'Your code',
      body: 'Morrow: your code is {code}. It is good for {minutes} minutes. We never ask for it by phone; do not pass it on.',
    },
    purchase_code: {
      subject: 'Your code for a purchase',
      body: 'Morrow: {code} confirms your purchase at {merchant}. It is good for {minutes} minutes. If you are not buying there, tell nobody this code.',
    },
  },
  'zh-CN': {
    ...orderTexts['zh-CN'],
    ...planTexts['zh-CN'],
    ...latenessTexts['zh-CN'],
    ...limitTexts['zh-CN'],
    ...appealTexts['zh-CN'],
    ...disputeTexts['zh-CN'],
    ...caseTexts['zh-CN'],
    ...guaranteeTexts['zh-CN'],
    ...bankTexts['zh-CN'],
    ...signInTexts['zh-CN'],
    sign_in_code: {
      subject: '您的验证码',
      body: '【Morrow】您的验证码是 {code},{minutes} 分钟内有效。我们不会致电索要验证码,请勿告诉他人。',
    },
    purchase_code: {
      subject: '购物验证码',
      body: '【Morrow】{code} 用于确认您在 {merchant} 的购物,{minutes} 分钟内有效。如非您本人购物,请勿将验证码告诉任何人。',
    },
  },
};

const formatters: { [Kind in keyof Kinds]: (locale: Locale, value: Kinds[Kind]) => string } = {
  text: (_, text) => text,
  number: (_, number) => String(number),
  money: formatMoney,
  date: formatDate,
  purchase: formatPurchase,
  rate: (locale, ppm) => formatPercent(locale, ppm / 10_000),
  reasons: formatReasons,
};

/** Writes a message in one language. */
export function render(locale: Locale, content: Content): Text {
  const text = templateTexts[locale][content.template];
  const fields: Record<string, keyof Kinds> = templateFields[content.template];
  const data: Record<string, Kinds[keyof Kinds]> = content.data;
  const body = text.body.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [kind, value] = [fields[name], data[name]];
    if (kind === undefined || value === undefined) throw new Error(`${content.template} has no ${name}`);
    return formatters[kind](locale, value as never);
  });
  return { subject: text.subject, body };
}

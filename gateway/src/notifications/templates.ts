import type { CalendarDate } from '../lib/dates.ts';
import type { Locale } from '../shoppers/profile.ts';
import { formatDate, formatMoney, type Money } from './format.ts';

type Kinds = { text: string; number: number; money: Money; date: CalendarDate };

/** Every message that we send, with the kind of each of its placeholders. */
export const templateFields = {
  sign_in_code: { code: 'text', minutes: 'number' },
  order_confirmed: { merchant: 'text', amount: 'money' },
  installment_due: { merchant: 'text', number: 'number', count: 'number', amount: 'money', dueDate: 'date' },
  installment_overdue: {
    merchant: 'text',
    number: 'number',
    count: 'number',
    amount: 'money',
    dueDate: 'date',
  },
  repayment_succeeded: { merchant: 'text', amount: 'money' },
  repayment_failed: { merchant: 'text', amount: 'money' },
  plan_paid: { merchant: 'text' },
  refund_made: { merchant: 'text', amount: 'money', offDebt: 'money', moneyBack: 'money' },
} as const satisfies Record<string, Record<string, keyof Kinds>>;

export type Template = keyof typeof templateFields;

/** What a template is filled with. */
export type TemplateData<T extends Template> = {
  [Field in keyof (typeof templateFields)[T]]: Kinds[(typeof templateFields)[T][Field] & keyof Kinds];
};

/** One message to be written: its template with the data of just this template. */
export type Content = { [T in Template]: { template: T; data: TemplateData<T> } }[Template];

type Text = { subject: string; body: string };

/** A subject has no placeholders: it is kept and transported in the open. */
export const templateTexts: Record<Locale, Record<Template, Text>> = {
  en: {
    sign_in_code: {
      subject: 'Your code',
      body: 'Morrow: your code is {code}. It is good for {minutes} minutes. We never ask for it by phone; do not pass it on.',
    },
    order_confirmed: {
      subject: 'Your order is confirmed',
      body: 'Your order of {amount} at {merchant} is confirmed. Your payment dates begin when the shop ships.',
    },
    installment_due: {
      subject: 'A payment is due',
      body: 'Payment {number} of {count} for your order at {merchant} is due on {dueDate}: {amount}. We charge it to the card you chose.',
    },
    installment_overdue: {
      subject: 'A payment is late',
      body: 'Payment {number} of {count} for your order at {merchant} was due on {dueDate} and {amount} of it is still open. This happens. Please pay as soon as you can.',
    },
    repayment_succeeded: {
      subject: 'We received your payment',
      body: 'Thank you. We received {amount} for your order at {merchant}.',
    },
    repayment_failed: {
      subject: 'A payment did not go through',
      body: 'We could not charge {amount} to your card for your order at {merchant}, and nothing was taken. Please check that the card is valid and covered.',
    },
    plan_paid: {
      subject: 'All paid',
      body: 'Your order at {merchant} is paid in full. You owe nothing more for it. Thank you.',
    },
    refund_made: {
      subject: 'Your refund',
      body: '{merchant} refunded {amount}. Taken off what you still owe: {offDebt}. Sent back to your card: {moneyBack}.',
    },
  },
  'zh-CN': {
    sign_in_code: {
      subject: '您的验证码',
      body: '【Morrow】您的验证码是 {code},{minutes} 分钟内有效。我们不会致电索要验证码,请勿告诉他人。',
    },
    order_confirmed: {
      subject: '订单已确认',
      body: '您在 {merchant} 的订单({amount})已确认。付款日期从商家发货时算起。',
    },
    installment_due: {
      subject: '有一笔款项到期',
      body: '您在 {merchant} 的订单第 {number} 期(共 {count} 期)于 {dueDate} 到期,金额 {amount}。我们将从您选择的银行卡扣款。',
    },
    installment_overdue: {
      subject: '有一笔款项已逾期',
      body: '您在 {merchant} 的订单第 {number} 期(共 {count} 期)已于 {dueDate} 到期,尚有 {amount} 未付。难免会有疏忽,请您方便时尽快付款。',
    },
    repayment_succeeded: {
      subject: '已收到您的付款',
      body: '谢谢。我们已收到您为 {merchant} 的订单支付的 {amount}。',
    },
    repayment_failed: {
      subject: '有一笔付款未成功',
      body: '您在 {merchant} 的订单有一笔 {amount} 未能从您的银行卡扣款,没有扣取任何款项。请确认该卡有效且余额充足。',
    },
    plan_paid: {
      subject: '已全部付清',
      body: '您在 {merchant} 的订单已全部付清,不再有任何欠款。谢谢您。',
    },
    refund_made: {
      subject: '您的退款',
      body: '{merchant} 已为您退款 {amount}。其中抵减您的待付款项 {offDebt},退回您的银行卡 {moneyBack}。',
    },
  },
};

const formatters: { [Kind in keyof Kinds]: (locale: Locale, value: Kinds[Kind]) => string } = {
  text: (_, text) => text,
  number: (_, number) => String(number),
  money: formatMoney,
  date: formatDate,
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

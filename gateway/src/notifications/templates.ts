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
import { formatReasons, limitTexts } from './limit-texts.ts';
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

const installmentFields = {
  purchase: 'purchase',
  number: 'number',
  count: 'number',
  amount: 'money',
  dueDate: 'date',
  link: 'text',
} as const;

const limitFields = { from: 'money', amount: 'money', reasons: 'reasons', link: 'text' } as const;
const priceFields = { before: 'rate', rate: 'rate', reasons: 'reasons', link: 'text' } as const;

/** Every message that we send, with the kind of each of its placeholders. */
export const templateFields = {
  sign_in_code: { code: 'text', minutes: 'number' },
  purchase_code: { code: 'text', minutes: 'number', merchant: 'text' },
  order_confirmed: { merchant: 'text', amount: 'money' },
  agreement_active: { merchant: 'text', amount: 'money' },
  agreement_suspended: { merchant: 'text' },
  agreement_ended: { merchant: 'text' },
  agreement_order: { merchant: 'text', amount: 'money' },
  agreement_charge: { merchant: 'text', amount: 'money', dueDate: 'date' },
  installment_ahead: installmentFields,
  installment_due: installmentFields,
  installment_overdue: installmentFields,
  installment_late: { purchase: 'purchase', amount: 'money', dueDate: 'date', link: 'text' },
  repayment_succeeded: { purchase: 'purchase', amount: 'money' },
  repayment_failed: { purchase: 'purchase', amount: 'money' },
  card_refused: { purchase: 'purchase', amount: 'money', link: 'text' },
  late_fee_charged: { purchase: 'purchase', amount: 'money', link: 'text' },
  late_fee_waived: { purchase: 'purchase', amount: 'money' },
  promise_made: { purchase: 'purchase', amount: 'money', date: 'date' },
  promise_broken: { purchase: 'purchase', amount: 'money', date: 'date', link: 'text' },
  installment_moved: { purchase: 'purchase', amount: 'money', dueDate: 'date' },
  hardship_asked: { purchase: 'purchase' },
  hardship_granted: { purchase: 'purchase', link: 'text' },
  hardship_ended: { purchase: 'purchase', link: 'text' },
  line_suspended: { link: 'text' },
  line_restored: {},
  limit_raised: limitFields,
  limit_cut: limitFields,
  price_fell: priceFields,
  price_rose: priceFields,
  raise_offered: { ...limitFields, date: 'date' },
  charge_off_notice: { purchase: 'purchase', amount: 'money', date: 'date', link: 'text' },
  charged_off: { purchase: 'purchase', amount: 'money', link: 'text' },
  plan_recovered: { purchase: 'purchase' },
  plan_owner_changed: { purchase: 'purchase', owner: 'text', link: 'text' },
  plan_paid: { purchase: 'purchase' },
  draw_requested: { amount: 'money', last4: 'text' },
  draw_paid_out: { amount: 'money', last4: 'text', first: 'money', dueDate: 'date' },
  draw_failed: { amount: 'money', last4: 'text' },
  ...appealFields,
  ...disputeFields,
  ...caseFields,
  refund_made: { merchant: 'text', amount: 'money', offDebt: 'money', moneyBack: 'money' },
  refund_made_friend: {
    merchant: 'text',
    amount: 'money',
    offDebt: 'money',
    toFriend: 'money',
    moneyBack: 'money',
  },
  return_declared: { merchant: 'text', amount: 'money', date: 'date' },
  return_accepted: { merchant: 'text', amount: 'money' },
  return_rejected: { merchant: 'text', amount: 'money' },
  return_withdrawn: { merchant: 'text', amount: 'money' },
  return_released: { merchant: 'text', amount: 'money' },
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
  'installment_ahead',
  'installment_due',
  'installment_overdue',
  'installment_late',
  'repayment_succeeded',
  'repayment_failed',
  'card_refused',
  'late_fee_charged',
  'late_fee_waived',
  'promise_broken',
  'hardship_ended',
  'line_suspended',
  'line_restored',
  'limit_raised',
  'limit_cut',
  'price_fell',
  'price_rose',
  'raise_offered',
  'charge_off_notice',
  'charged_off',
  'plan_recovered',
  'plan_owner_changed',
  'plan_paid',
  'return_released',
  'appeal_upheld',
  'case_message',
  'case_closed',
  'appeal_granted',
  'repayment_charged_back',
  'dispute_answered',
  'dispute_refunded',
  'dispute_refused',
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
    order_confirmed: {
      subject: 'Your order is confirmed',
      body: 'Your order of {amount} at {merchant} is confirmed. Your payment dates begin when the shop ships.',
    },
    agreement_active: {
      subject: 'A shop may take orders without asking you',
      body: '{merchant} may now take orders of up to {amount} each that you pay later, without asking you each time. If that was not you, end it at once in your account.',
    },
    agreement_suspended: {
      subject: 'Orders without asking are suspended',
      body: '{merchant} takes no orders without your confirmation for now, because a payment is late. It goes on by itself when that is paid.',
    },
    agreement_ended: {
      subject: 'Orders without asking have ended',
      body: '{merchant} takes no orders without your confirmation any more. Orders taken before stay to be paid.',
    },
    agreement_order: {
      subject: 'An order by your agreement',
      body: '{merchant} reserved {amount} at most for an order by your agreement. You pay only the final amount. If that was not you, end the agreement at once in your account.',
    },
    agreement_charge: {
      subject: 'The final amount of your order',
      body: 'Your order at {merchant} comes to {amount}. It is taken from your card on {dueDate}.',
    },
    installment_ahead: {
      subject: 'A payment is coming up',
      body: 'Payment {number} of {count} for {purchase} is due on {dueDate}: {amount}. We take it from the card or account you chose on that day; you need not do anything. {link}',
    },
    installment_due: {
      subject: 'A payment is due',
      body: 'Payment {number} of {count} for {purchase} is due on {dueDate}: {amount}. We take it from the card or account you chose. {link}',
    },
    installment_overdue: {
      subject: 'A payment is late',
      body: 'Payment {number} of {count} for {purchase} was due on {dueDate}, and {amount} is still open. This happens. Please pay as soon as you can: {link}',
    },
    installment_late: {
      subject: 'A payment is still open',
      body: 'For {purchase}, {amount} has been open since {dueDate}. If paying is hard now, tell us: you can promise a date or ask for easier terms here: {link}',
    },
    repayment_succeeded: {
      subject: 'We received your payment',
      body: 'Thank you. We received {amount} for {purchase}.',
    },
    repayment_failed: {
      subject: 'A payment did not go through',
      body: 'We could not charge {amount} to your card for {purchase}, and nothing was taken. Please check that the card is valid and covered.',
    },
    card_refused: {
      subject: 'Please choose another card',
      body: 'Your card can no longer be charged, so {amount} for {purchase} was not taken. We do not ask this card again. Please choose another one: {link}',
    },
    late_fee_charged: {
      subject: 'A late fee',
      body: 'A late fee of {amount} was added to a missed payment for {purchase}. There is one fee for a missed payment and no more. If you need help, look here: {link}',
    },
    late_fee_waived: {
      subject: 'A late fee is gone',
      body: 'We took back the late fee of {amount} for {purchase}. You need not do anything.',
    },
    promise_made: {
      subject: 'Your date is noted',
      body: 'Thank you. You said that you will pay {amount} for {purchase} by {date}. Until then we do not remind you, and there is no new late fee.',
    },
    promise_broken: {
      subject: 'The date you named has passed',
      body: 'You named {date} for {amount} of {purchase}, and it is still open. Please pay as soon as you can, or see what else is possible: {link}',
    },
    installment_moved: {
      subject: 'Your payment is moved',
      body: 'The late payment of {amount} for {purchase} is now due on {dueDate}. That cost you nothing.',
    },
    hardship_asked: {
      subject: 'We look at your request',
      body: 'We have your request for easier terms for {purchase}. Somebody looks at it and answers you.',
    },
    hardship_granted: {
      subject: 'Easier terms for you',
      body: 'We have arranged easier terms for {purchase}, without any new fees. Your new dates are here: {link}',
    },
    hardship_ended: {
      subject: 'Your payments go on',
      body: 'The pause for {purchase} is over. Your next dates are here: {link}',
    },
    line_suspended: {
      subject: 'New plans are on hold',
      body: 'Because a payment is late, you cannot begin new plans for now. What you agreed to goes on as it is. As soon as the late payment is made, you can again: {link}',
    },
    line_restored: {
      subject: 'You can pay later again',
      body: 'Nothing is late any more. You can begin new plans again. Thank you.',
    },
    charge_off_notice: {
      subject: 'Please speak to us',
      body: 'For {purchase}, {amount} has been open for a long time. Without a payment or an arrangement we give it up as a loss on {date}; you would still owe it, and could begin no new plans. There are ways out: {link}',
    },
    charged_off: {
      subject: 'Your debt was written off in our books',
      body: 'We have written off {amount} for {purchase} in our books. You still owe it and can begin no new plans. You can pay it at any time, also in parts: {link}',
    },
    plan_recovered: {
      subject: 'All paid',
      body: 'Everything that was still owed for {purchase} has come in. You owe nothing more for it. Thank you.',
    },
    plan_owner_changed: {
      subject: 'Another lender for your plan',
      body: 'What you owe for {purchase} belongs to {owner} from now on. Nothing else changes: the dates and amounts stay, you pay as before, and we stay the ones to ask. {link}',
    },
    plan_paid: {
      subject: 'All paid',
      body: 'Everything for {purchase} is paid in full. You owe nothing more for it. Thank you.',
    },
    draw_requested: {
      subject: 'Cash is on its way',
      body: '{amount} in cash from your limit is on its way to your card ending in {last4}. If that was not you, sign out everywhere in your account at once and tell us.',
    },
    draw_paid_out: {
      subject: 'Your cash was sent',
      body: '{amount} in cash was sent to your card ending in {last4}. The first payment of {first} is due on {dueDate}; you can pay earlier at any time. If that was not you, sign out everywhere in your account at once and tell us.',
    },
    draw_failed: {
      subject: 'Your cash could not be sent',
      body: '{amount} in cash could not be sent to your card ending in {last4}. You owe nothing for it, and your limit is as it was.',
    },
    refund_made: {
      subject: 'Your refund',
      body: '{merchant} refunded {amount}. Taken off what you still owe: {offDebt}. Sent back to your card: {moneyBack}.',
    },
    refund_made_friend: {
      subject: 'Your refund',
      body: '{merchant} refunded {amount}. Taken off what you still owe: {offDebt}. Back to the friend who paid for you: {toFriend}. Sent back to your card: {moneyBack}.',
    },
    return_declared: {
      subject: 'Your return',
      body: 'Goods for {amount} are on their way back to {merchant}. Your payments wait until the shop has answered; it has until {date}. Waiting costs nothing.',
    },
    return_accepted: {
      subject: 'Your return is accepted',
      body: '{merchant} accepted your return of {amount} and refunds it. What is left to pay goes on, later by the days that it waited.',
    },
    return_rejected: {
      subject: 'Your return is refused',
      body: '{merchant} refused your return of {amount}; your account says why. Your payments go on, later by the days that they waited. If you do not agree, you can dispute it: ask us to look at it.',
    },
    return_withdrawn: {
      subject: 'Your return is withdrawn',
      body: 'Your return of {amount} to {merchant} is withdrawn. Your payments go on, later by the days that they waited.',
    },
    return_released: {
      subject: 'The shop has not answered',
      body: '{merchant} has not answered your return of {amount} in time, so your payments go on, later by the days that they waited. If you sent the goods back, you can dispute it: ask us to look at it.',
    },
  },
  'zh-CN': {
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
    order_confirmed: {
      subject: '订单已确认',
      body: '您在 {merchant} 的订单({amount})已确认。付款日期从商家发货时算起。',
    },
    agreement_active: {
      subject: '已开通先用后付',
      body: '{merchant} 现在可以先提供服务、后向您收款，每笔最高 {amount}，无需每次确认。如非本人操作，请立即在您的账户中关闭。',
    },
    agreement_suspended: {
      subject: '先用后付已暂停',
      body: '因有款项逾期，{merchant} 暂时不能免确认下单。付清后自动恢复。',
    },
    agreement_ended: {
      subject: '先用后付已结束',
      body: '{merchant} 不能再免确认下单。此前的订单仍需付款。',
    },
    agreement_order: {
      subject: '有一笔先用后付订单',
      body: '{merchant} 根据您的先用后付协议为一笔订单最多预留 {amount}。您只需支付最终金额。如非本人操作，请立即在您的账户中关闭。',
    },
    agreement_charge: {
      subject: '订单的最终金额',
      body: '您在 {merchant} 的订单最终金额为 {amount}，将于 {dueDate} 从您的银行卡扣款。',
    },
    installment_ahead: {
      subject: '有一笔款项即将到期',
      body: '您{purchase}的第 {number} 期（共 {count} 期）将于 {dueDate} 到期，金额 {amount}。届时我们会从您选择的银行卡或账户扣款，您无需操作。{link}',
    },
    installment_due: {
      subject: '有一笔款项到期',
      body: '您{purchase}的第 {number} 期（共 {count} 期）于 {dueDate} 到期，金额 {amount}。我们将从您选择的银行卡或账户扣款。{link}',
    },
    installment_overdue: {
      subject: '有一笔款项已逾期',
      body: '您{purchase}的第 {number} 期（共 {count} 期）已于 {dueDate} 到期，尚有 {amount} 未付。难免会有疏忽，请您方便时尽快付款：{link}',
    },
    installment_late: {
      subject: '有一笔款项仍未付清',
      body: '您{purchase}自 {dueDate} 起尚有 {amount} 未付。如果目前付款有困难，请告诉我们：您可以在此约定付款日期或申请更宽松的条件：{link}',
    },
    repayment_succeeded: {
      subject: '已收到您的付款',
      body: '谢谢。我们已收到您为{purchase}支付的 {amount}。',
    },
    repayment_failed: {
      subject: '有一笔付款未成功',
      body: '您{purchase}有一笔 {amount} 未能从您的银行卡扣款，没有扣取任何款项。请确认该卡有效且余额充足。',
    },
    card_refused: {
      subject: '请更换银行卡',
      body: '您的银行卡已无法扣款，{purchase}的 {amount} 未被扣取。我们不会再次尝试此卡，请更换一张：{link}',
    },
    late_fee_charged: {
      subject: '逾期费',
      body: '您{purchase}的一笔逾期款项产生了 {amount} 逾期费。每笔逾期款项只收取一次。如需帮助，请见：{link}',
    },
    late_fee_waived: {
      subject: '逾期费已免除',
      body: '我们已免除您{purchase}的 {amount} 逾期费，您无需操作。',
    },
    promise_made: {
      subject: '已记录您的付款日期',
      body: '谢谢。您表示将在 {date} 前为{purchase}支付 {amount}。在此之前我们不会提醒您，也不会产生新的逾期费。',
    },
    promise_broken: {
      subject: '您约定的日期已过',
      body: '您曾约定在 {date} 前为{purchase}支付 {amount}，目前仍未付清。请尽快付款，或查看其他办法：{link}',
    },
    installment_moved: {
      subject: '付款日期已调整',
      body: '您{purchase}逾期的 {amount} 现改为 {dueDate} 到期，不收取任何费用。',
    },
    hardship_asked: {
      subject: '我们正在处理您的申请',
      body: '我们已收到您为{purchase}提出的宽松条件申请，将由专人处理并答复您。',
    },
    hardship_granted: {
      subject: '已为您安排更宽松的条件',
      body: '我们已为您的{purchase}安排了更宽松的条件，不收取新的费用。新的付款日期请见：{link}',
    },
    hardship_ended: {
      subject: '您的付款继续进行',
      body: '您{purchase}的暂停期已结束。接下来的付款日期请见：{link}',
    },
    line_suspended: {
      subject: '暂时不能开始新的分期',
      body: '因有款项逾期，您暂时不能开始新的分期。已约定的分期照常进行。付清逾期款项后即可恢复：{link}',
    },
    line_restored: {
      subject: '您可以再次先买后付',
      body: '您已没有逾期款项，可以再次开始新的分期。谢谢您。',
    },
    charge_off_notice: {
      subject: '请与我们联系',
      body: '您{purchase}的 {amount} 已长期未付。如果没有付款或新的约定，我们将于 {date} 将其作为损失核销；您仍需偿还，且不能开始新的分期。还有其他办法：{link}',
    },
    charged_off: {
      subject: '您的欠款已在账上核销',
      body: '我们已在账上核销您{purchase}的 {amount}。您仍需偿还，且不能开始新的分期。您可以随时付款，也可以分次支付：{link}',
    },
    plan_recovered: {
      subject: '已全部付清',
      body: '您{purchase}的欠款已全部收到，不再有任何欠款。谢谢您。',
    },
    plan_owner_changed: {
      subject: '您的分期已更换出资方',
      body: '您{purchase}的欠款自即日起归 {owner} 所有。其他一切不变：日期和金额照旧，付款方式照旧，有问题仍请联系我们。{link}',
    },
    plan_paid: {
      subject: '已全部付清',
      body: '您{purchase}已全部付清，不再有任何欠款。谢谢您。',
    },
    draw_requested: {
      subject: '现金正在汇出',
      body: '从您的额度提取的现金 {amount} 正在汇往您尾号 {last4} 的银行卡。如非本人操作，请立即在账户中退出所有设备并联系我们。',
    },
    draw_paid_out: {
      subject: '现金已汇出',
      body: '现金 {amount} 已汇入您尾号 {last4} 的银行卡。首期 {first} 于 {dueDate} 到期；您可以随时提前还款。如非本人操作，请立即在账户中退出所有设备并联系我们。',
    },
    draw_failed: {
      subject: '现金未能汇出',
      body: '现金 {amount} 未能汇入您尾号 {last4} 的银行卡。您没有因此产生任何欠款，额度保持不变。',
    },
    refund_made: {
      subject: '您的退款',
      body: '{merchant} 已为您退款 {amount}。其中抵减您的待付款项 {offDebt},退回您的银行卡 {moneyBack}。',
    },
    refund_made_friend: {
      subject: '退款',
      body: '{merchant} 已退款 {amount}。抵扣您尚欠的款项：{offDebt}。还给替您付款的朋友：{toFriend}。退回您的银行卡：{moneyBack}。',
    },
    return_declared: {
      subject: '您的退货',
      body: '价值 {amount} 的商品正在退回 {merchant}。在商家答复之前付款暂停，商家须在 {date} 之前答复。暂停不收取任何费用。',
    },
    return_accepted: {
      subject: '退货已被接受',
      body: '{merchant} 已接受您 {amount} 的退货并退款。剩余付款恢复，日期按暂停的天数顺延。',
    },
    return_rejected: {
      subject: '退货被拒绝',
      body: '{merchant} 拒绝了您 {amount} 的退货，原因见您的账户。付款恢复，日期按暂停的天数顺延。如果您不同意，可以提出争议：请联系我们核查。',
    },
    return_withdrawn: {
      subject: '退货已撤回',
      body: '您退回 {merchant} 的 {amount} 退货已撤回。付款恢复，日期按暂停的天数顺延。',
    },
    return_released: {
      subject: '商家没有答复',
      body: '{merchant} 没有按时答复您 {amount} 的退货，付款因此恢复，日期按暂停的天数顺延。如果您已寄回商品，可以提出争议：请联系我们核查。',
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

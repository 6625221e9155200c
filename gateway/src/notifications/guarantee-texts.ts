import type { Locale } from '../shoppers/profile.ts';

const amountAndDate = { amount: 'money', date: 'date', link: 'text' } as const;
const amountAndLink = { amount: 'money', link: 'text' } as const;

/** The messages about vouching for a friend, with the kind of each placeholder. What ends in `debtor` goes to the friend. */
export const guaranteeFields = {
  guarantee_invitation: { phone: 'text', ...amountAndDate },
  guarantee_offered: amountAndLink,
  guarantee_accepted: amountAndLink,
  guarantee_accepted_debtor: amountAndLink,
  guarantee_active: amountAndDate,
  guarantee_active_debtor: amountAndDate,
  guarantee_warning: amountAndDate,
  guarantee_warning_debtor: amountAndDate,
  guarantee_called: amountAndLink,
  guarantee_called_debtor: amountAndLink,
  guarantee_call_failed: amountAndLink,
  guarantee_reimbursed: amountAndLink,
  guarantee_withdrawn: { link: 'text' },
  guarantee_ended: { link: 'text' },
  guarantee_ended_debtor: { link: 'text' },
  guarantee_expired: { link: 'text' },
  guarantee_expired_debtor: { link: 'text' },
} as const;

export type GuaranteeTemplate = keyof typeof guaranteeFields;

/** What the calendar brings about. */
export const guaranteesThatWait = [
  'guarantee_active',
  'guarantee_active_debtor',
  'guarantee_warning',
  'guarantee_warning_debtor',
  'guarantee_called',
  'guarantee_called_debtor',
  'guarantee_call_failed',
  'guarantee_reimbursed',
  'guarantee_expired',
  'guarantee_expired_debtor',
] as const satisfies GuaranteeTemplate[];

export const guaranteeTexts: Record<Locale, Record<GuaranteeTemplate, { subject: string; body: string }>> = {
  en: {
    guarantee_invitation: {
      subject: 'Somebody offers to vouch for you',
      body: 'Morrow: {phone} offers to vouch for you, for up to {amount}. You owe nothing by it. If you know this number, read it and decide by {date} in your account: {link} Otherwise ignore this.',
    },
    guarantee_offered: {
      subject: 'You offered to vouch for somebody',
      body: 'You offered to vouch for somebody for up to {amount}. Nothing is set aside before they accept. If that was not you, withdraw it at once: {link}',
    },
    guarantee_accepted: {
      subject: 'Your offer to vouch was accepted',
      body: 'Your friend accepted: {amount} of your limit is set aside. For 24 hours either of you can withdraw for free; after that you vouch for what your friend buys. Reconsider here: {link}',
    },
    guarantee_accepted_debtor: {
      subject: 'You accepted that a friend vouches for you',
      body: 'You accepted that a friend vouches for you for up to {amount}. For 24 hours either of you can withdraw for free. If that was not you, withdraw it at once: {link}',
    },
    guarantee_active: {
      subject: 'You vouch for your friend now',
      body: 'From now on you vouch for what your friend buys, for up to {amount} in all, until {date}. You can end it for new purchases at any moment: {link}',
    },
    guarantee_active_debtor: {
      subject: 'A friend vouches for you now',
      body: 'From now on a friend vouches for what you buy. Until {date} you can have {amount} more than your own limit: {link}',
    },
    guarantee_warning: {
      subject: 'Your friend is late with a payment',
      body: 'A payment that you vouch for is late. Nothing is taken from you now. If it is still open on {date}, we charge your card for up to {amount}. It may help to speak to your friend. Details: {link}',
    },
    guarantee_warning_debtor: {
      subject: 'Your friend may have to pay for you',
      body: 'A payment of yours is late, and a friend vouches for it. If it is still open on {date}, up to {amount} is taken from your friend. You can prevent that: pay, promise a date or ask for easier terms here: {link}',
    },
    guarantee_called: {
      subject: 'You have paid for your friend',
      body: 'We charged your card {amount} for a late payment that you vouched for. Your friend owes you that now, and whatever they pay goes to you first. No new purchase is covered any more: {link}',
    },
    guarantee_called_debtor: {
      subject: 'A friend has paid for you',
      body: 'A friend has paid {amount} for your late payment. You owe that to your friend now; what you pay goes to them first, and you can begin new plans when they have it back. Pay them back here: {link}',
    },
    guarantee_call_failed: {
      subject: 'Your card was not charged',
      body: 'We could not charge your card {amount} for the payment that you vouch for, and nothing was taken. There is no fee, and your pay score does not change. We try again; you can choose another card: {link}',
    },
    guarantee_reimbursed: {
      subject: 'Your friend pays you back',
      body: 'Your friend has paid: {amount} is on its way back to your card. {link}',
    },
    guarantee_withdrawn: {
      subject: 'Nobody vouches for anybody',
      body: 'An offer to vouch has ended before it began to count. Nothing was covered, nothing is owed by it, and nothing is set aside. {link}',
    },
    guarantee_ended: {
      subject: 'You vouch for no new purchases',
      body: 'You vouch for no new purchases of your friend any more. What was bought before stays covered until it is paid: {link}',
    },
    guarantee_ended_debtor: {
      subject: 'Nobody vouches for your new purchases',
      body: 'Nobody vouches for new purchases of yours any more, so your own limit counts again. What you bought before goes on as it is: {link}',
    },
    guarantee_expired: {
      subject: 'The last day of your guarantee is over',
      body: 'You vouch for no new purchases of your friend any more, because the agreed time is over. What was bought before stays covered until it is paid: {link}',
    },
    guarantee_expired_debtor: {
      subject: 'The last day of your friend’s guarantee is over',
      body: 'The time for which your friend vouched is over, so your own limit counts again. What you bought before goes on as it is: {link}',
    },
  },
  'zh-CN': {
    guarantee_invitation: {
      subject: '有人愿意为您担保',
      body: '【Morrow】{phone} 愿意为您担保，最高 {amount}。您不会因此欠款。如果您认识此号码，请在 {date} 前登录账户阅读并决定：{link} 否则请忽略。',
    },
    guarantee_offered: {
      subject: '您提出为他人担保',
      body: '您提出为他人担保，最高 {amount}。对方接受之前不会占用您的额度。如非本人操作，请立即撤回：{link}',
    },
    guarantee_accepted: {
      subject: '对方已接受您的担保',
      body: '您的朋友已接受：您的额度中已预留 {amount}。24 小时内双方均可免费撤回；之后您将为朋友的购买担保。如需撤回：{link}',
    },
    guarantee_accepted_debtor: {
      subject: '您已接受朋友的担保',
      body: '您已接受朋友为您担保，最高 {amount}。24 小时内双方均可免费撤回。如非本人操作，请立即撤回：{link}',
    },
    guarantee_active: {
      subject: '您的担保已生效',
      body: '从现在起，您为朋友的购买担保，总计最高 {amount}，至 {date} 止。您可随时终止对新购买的担保：{link}',
    },
    guarantee_active_debtor: {
      subject: '朋友的担保已生效',
      body: '从现在起，有朋友为您的购买担保。至 {date} 止，您可在自己的额度之外多用 {amount}：{link}',
    },
    guarantee_warning: {
      subject: '您的朋友有款项逾期',
      body: '您担保的一笔款项已逾期。目前不会向您扣款。如到 {date} 仍未付清，我们将从您的银行卡扣取最多 {amount}。不妨先与朋友联系。详情：{link}',
    },
    guarantee_warning_debtor: {
      subject: '您的朋友可能需要替您付款',
      body: '您有一笔款项逾期，且有朋友为其担保。如到 {date} 仍未付清，将向您的朋友扣取最多 {amount}。您可以在此付款、约定日期或申请更宽松的条件：{link}',
    },
    guarantee_called: {
      subject: '您已替朋友付款',
      body: '因您担保的款项逾期，我们已从您的银行卡扣取 {amount}。您的朋友现在欠您这笔钱，其后续付款将优先还给您。新的购买不再受担保：{link}',
    },
    guarantee_called_debtor: {
      subject: '朋友已替您付款',
      body: '朋友已替您支付逾期款项 {amount}。您现在欠朋友这笔钱；您的付款将优先还给对方，还清后您才能开始新的计划。在此归还：{link}',
    },
    guarantee_call_failed: {
      subject: '未能从您的银行卡扣款',
      body: '您担保的款项 {amount} 未能从您的银行卡扣取，没有扣取任何款项。不收取费用，您的付款分也不受影响。我们会再次尝试；您可以更换银行卡：{link}',
    },
    guarantee_reimbursed: {
      subject: '您的朋友正在还款给您',
      body: '您的朋友已付款：{amount} 正在退回您的银行卡。{link}',
    },
    guarantee_withdrawn: {
      subject: '担保未生效',
      body: '一项担保在生效之前已结束。没有任何购买受担保，没有产生欠款，也没有占用额度。{link}',
    },
    guarantee_ended: {
      subject: '您不再为新的购买担保',
      body: '您不再为朋友的新购买担保。此前的购买在付清之前仍受担保：{link}',
    },
    guarantee_ended_debtor: {
      subject: '您的新购买不再有人担保',
      body: '您的新购买不再有人担保，恢复为您自己的额度。此前的购买照常进行：{link}',
    },
    guarantee_expired: {
      subject: '您的担保已到期',
      body: '约定的时间已到，您不再为朋友的新购买担保。此前的购买在付清之前仍受担保：{link}',
    },
    guarantee_expired_debtor: {
      subject: '朋友的担保已到期',
      body: '朋友担保的时间已到，恢复为您自己的额度。此前的购买照常进行：{link}',
    },
  },
};

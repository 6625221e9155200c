import type { ParkReason as UnusedReason } from '../../../processor/hooks/news.ts';
import type { ParkReason } from '../../../settlement/payout-news.ts';
import type { HoldReason } from '../../../settlement/payouts.ts';
import { merchantAccountsEn, merchantAccountsZhCn } from './accounts-texts.ts';

const reasonsEn: Record<HoldReason, string> = {
  books_alarm: 'an alarm about its books',
  merchant_suspended: 'the merchant is suspended',
  refund_ratio: 'too much of its sales of 30 days was refunded',
  bank_account_changed: 'its bank account was changed within 72 hours',
  first_payout: 'the merchant is new',
  above_cap: 'above the cap of its terms',
};

const parkReasonsEn: Record<ParkReason, string> = {
  payout_unknown: 'no such payout',
  payout_not_sent: 'it was never sent',
  payout_over: 'it is over',
  recall_failed: 'it came back and could not be called back from the account',
};

const unusedReasonsEn: Record<UnusedReason, string> = {
  type_unsupported: 'of a kind that nothing here is waiting for',
  shape_unknown: 'it could not be read',
  account_foreign: 'it is about another account than ours or the one that was paid',
  attempt_unknown: 'nothing that we have asked for',
  check_unknown: 'an identity check that we have not begun',
  reversed_in_part: 'a part of a transfer came back',
  contradicts: 'it has ended otherwise in our books',
  refused: 'our books do not allow it',
};

/** What the section of held payouts says. */
export const consolePayoutsEn = {
  title: 'Payouts',
  intro: 'Payouts that are held, the oldest first. One of you approves, another one releases.',
  held: 'Held payouts',
  empty: 'No payout is held.',
  payout: 'Payout and merchant',
  since: 'Since',
  amount: 'Amount',
  reason: 'Why held',
  until: (instant: string) => `until ${instant}`,
  step: 'Step',
  approve: 'Approve',
  release: 'Release',
  approvedBy: (id: string) => `approved by ${id}`,
  stopped: 'resolve the alarm first',
  older: 'More',
  parked: 'News that fits no payout',
  parkedHint: 'The processor told us so. Nothing was booked.',
  noneParked: 'There is none.',
  reference: 'About',
  said: 'Said',
  saidStatuses: { paid: 'paid', failed: 'failed' },
  parkedBecause: 'Not booked because',
  at: 'When',
  reasons: reasonsEn,
  parkReasons: parkReasonsEn,
  unused: 'Other news that was not used',
  unusedReasons: unusedReasonsEn,
  accounts: merchantAccountsEn,
};

export const consolePayoutsZhCn: typeof consolePayoutsEn = {
  title: '付款',
  intro: '被暂停的付款，最早的在前。一人批准，另一人放行。',
  held: '被暂停的付款',
  empty: '没有被暂停的付款。',
  payout: '付款与商户',
  since: '起始时间',
  amount: '金额',
  reason: '暂停原因',
  until: (instant) => `至 ${instant}`,
  step: '步骤',
  approve: '批准',
  release: '放行',
  approvedBy: (id) => `已由 ${id} 批准`,
  stopped: '请先处理警报',
  older: '更多',
  parked: '无法对应付款的消息',
  parkedHint: '来自支付处理方，未记账。',
  noneParked: '没有。',
  reference: '对象',
  said: '内容',
  saidStatuses: { paid: '已到账', failed: '失败' },
  parkedBecause: '未记账原因',
  at: '时间',
  reasons: {
    books_alarm: '账目存在警报',
    merchant_suspended: '商户已被暂停',
    refund_ratio: '30 天内销售额的退款比例过高',
    bank_account_changed: '银行账户在 72 小时内被更改',
    first_payout: '新商户',
    above_cap: '超过条款上限',
  },
  parkReasons: {
    payout_unknown: '没有此付款',
    payout_not_sent: '从未发出',
    payout_over: '已经结束',
    recall_failed: '已退回，但未能从账户收回',
  },
  unused: '其他未处理的消息',
  unusedReasons: {
    type_unsupported: '此类消息与本系统无关',
    shape_unknown: '无法读取',
    account_foreign: '涉及的账户不是我方账户，也不是收款账户',
    attempt_unknown: '与我方发起的任何请求无关',
    check_unknown: '并非我方发起的身份验证',
    reversed_in_part: '转账被部分退回',
    contradicts: '与我方账目中的结果不符',
    refused: '我方账目不允许',
  },
  accounts: merchantAccountsZhCn,
};

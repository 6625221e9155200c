/** A payment method that exists in sandboxes only, and says by its name how it behaves. */
type TestMethod = {
  name: string;
  /** What the processor calls it before it is saved for a shopper. */
  token: string;
  brand: 'visa' | 'mastercard' | 'unionpay';
  last4: string;
  label: { en: string; 'zh-CN': string };
};

/** Every test method of a sandbox, in the order in which people are shown them. */
export const testMethods = [
  {
    name: 'ok',
    token: 'pm_card_visa',
    brand: 'visa',
    last4: '4242',
    label: { en: 'Visa, always pays', 'zh-CN': 'Visa，总是付款成功' },
  },
  {
    name: 'ok_unionpay',
    token: 'pm_card_unionpay',
    brand: 'unionpay',
    last4: '0005',
    label: { en: 'UnionPay, always pays', 'zh-CN': '银联，总是付款成功' },
  },
  {
    name: 'declined',
    token: 'pm_card_chargeCustomerFail',
    brand: 'visa',
    last4: '0341',
    label: { en: 'Visa, always declined', 'zh-CN': 'Visa，总是被拒绝' },
  },
  {
    name: 'insufficient_funds',
    token: 'pm_card_morrow_insufficientFunds',
    brand: 'visa',
    last4: '9995',
    label: { en: 'Visa, not enough money', 'zh-CN': 'Visa，余额不足' },
  },
  {
    name: 'insufficient_funds_once',
    token: 'pm_card_morrow_insufficientFundsOnce',
    brand: 'mastercard',
    last4: '9979',
    label: { en: 'Mastercard, not enough money the first time', 'zh-CN': '万事达，首次余额不足，之后成功' },
  },
  {
    name: 'expired_card',
    token: 'pm_card_morrow_expired',
    brand: 'mastercard',
    last4: '0069',
    label: { en: 'Mastercard, expired', 'zh-CN': '万事达，已过期' },
  },
  {
    name: 'timeout',
    token: 'pm_card_morrow_timeout',
    brand: 'visa',
    last4: '0119',
    label: {
      en: 'Visa, each payment gets no answer and is not charged until it is asked for again',
      'zh-CN': 'Visa，每笔付款首次无响应且不扣款，再次请求后成功',
    },
  },
  {
    name: 'answer_lost',
    token: 'pm_card_morrow_answerLost',
    brand: 'visa',
    last4: '1111',
    label: {
      en: 'Visa, pays, but the answer is lost and has to be looked up',
      'zh-CN': 'Visa，已扣款但响应丢失，需查询结果',
    },
  },
] as const satisfies readonly TestMethod[];

export type TestMethodName = (typeof testMethods)[number]['name'];

/** Accounts of merchants whose payouts do not go straight, in sandboxes. Every other account is paid at once. */
export const payoutTestAccounts = {
  /** Takes no transfers at all. */
  failing: 'acct_test_fails',
  /** Is paid after two looks, a business date each. */
  slow: 'acct_test_slow',
  /** Its bank refuses what is on its way to it. */
  refused: 'acct_test_refused',
  /** Is paid, and its bank sends it back. */
  returned: 'acct_test_returned',
} as const;

export const failingPayoutAccount = payoutTestAccounts.failing;

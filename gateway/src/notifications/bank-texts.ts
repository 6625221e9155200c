const accountFields = { bank: 'text', last4: 'text', link: 'text' } as const;
const debitFields = { purchase: 'purchase', amount: 'money', link: 'text' } as const;

export const bankFields = {
  bank_account_bound: accountFields,
  bank_account_removed: accountFields,
  mandate_given: accountFields,
  mandate_ended: accountFields,
  debit_failed: debitFields,
  debit_refused: debitFields,
  debit_returned: debitFields,
} as const;

/** What a bank brings about can wait until the morning; what somebody does with their accounts is told at once. */
export const bankThatWaits = ['debit_failed', 'debit_refused', 'debit_returned'] as const;

/** The messages about bank accounts and their debits. */
export const bankTexts = {
  en: {
    bank_account_bound: {
      subject: 'A bank account was added',
      body: 'The account at {bank} ending in {last4} was added to your Morrow account. For 24 hours no cash is drawn. If that was not you, sign out everywhere at once and tell us: {link}',
    },
    bank_account_removed: {
      subject: 'A bank account was removed',
      body: 'The account at {bank} ending in {last4} was removed from your Morrow account. For 24 hours no cash is drawn. If that was not you, sign out everywhere at once and tell us: {link}',
    },
    mandate_given: {
      subject: 'You allowed debits of a bank account',
      body: 'Morrow may debit your account at {bank} ending in {last4} for the plans for which you choose it. You can end that at any time, and read what you agreed to: {link}',
    },
    mandate_ended: {
      subject: 'A bank account is not debited any more',
      body: 'Your account at {bank} ending in {last4} is not debited any more. Choose another way to pay for each plan that was paid from it: {link}',
    },
    debit_failed: {
      subject: 'Your bank did not pay',
      body: 'Your bank did not pay {amount} for {purchase}, and nothing was taken. We ask it again at most twice. Please see to it that there is enough money, or pay another way: {link}',
    },
    debit_refused: {
      subject: 'Please choose another way to pay',
      body: 'Your bank did not pay {amount} for {purchase}, and nothing was taken. We do not ask this account again. Please choose another way to pay: {link}',
    },
    debit_returned: {
      subject: 'A payment was taken back',
      body: 'Your bank took {amount} for {purchase} back from us, so it is owed again. We do not debit this account again. Please pay another way: {link}',
    },
  },
  'zh-CN': {
    bank_account_bound: {
      subject: '已添加银行账户',
      body: '您在 {bank} 的尾号 {last4} 的账户已添加到您的 Morrow 账户。24 小时内不能提取现金。如非本人操作，请立即退出所有设备并联系我们：{link}',
    },
    bank_account_removed: {
      subject: '已移除银行账户',
      body: '您在 {bank} 的尾号 {last4} 的账户已从您的 Morrow 账户移除。24 小时内不能提取现金。如非本人操作，请立即退出所有设备并联系我们：{link}',
    },
    mandate_given: {
      subject: '您已授权从银行账户扣款',
      body: 'Morrow 可以从您在 {bank} 的尾号 {last4} 的账户中扣取您选择由其支付的计划的款项。您可以随时终止，并查看您同意的内容：{link}',
    },
    mandate_ended: {
      subject: '不再从银行账户扣款',
      body: '今后不再从您在 {bank} 的尾号 {last4} 的账户扣款。请为原先由其支付的每个计划选择其他付款方式：{link}',
    },
    debit_failed: {
      subject: '银行未付款',
      body: '您的银行未支付您{purchase}的 {amount}，没有扣取任何款项。我们最多再尝试两次。请确保余额充足，或以其他方式支付：{link}',
    },
    debit_refused: {
      subject: '请选择其他付款方式',
      body: '您的银行未支付您{purchase}的 {amount}，没有扣取任何款项。我们不会再次从该账户扣款。请选择其他付款方式：{link}',
    },
    debit_returned: {
      subject: '一笔付款被追回',
      body: '您的银行已从我们这里追回您{purchase}的 {amount}，该款项需重新支付。我们不会再次从该账户扣款，请以其他方式支付：{link}',
    },
  },
} as const;

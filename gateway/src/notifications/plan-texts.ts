const installmentFields = {
  purchase: 'purchase',
  number: 'number',
  count: 'number',
  amount: 'money',
  dueDate: 'date',
  link: 'text',
} as const;

export const planFields = {
  installment_ahead: installmentFields,
  installment_due: installmentFields,
  installment_overdue: installmentFields,
  repayment_succeeded: { purchase: 'purchase', amount: 'money' },
  repayment_failed: { purchase: 'purchase', amount: 'money' },
  card_refused: { purchase: 'purchase', amount: 'money', link: 'text' },
  plan_owner_changed: { purchase: 'purchase', owner: 'text', link: 'text' },
  plan_paid: { purchase: 'purchase' },
  draw_requested: { amount: 'money', last4: 'text' },
  draw_paid_out: { amount: 'money', last4: 'text', first: 'money', dueDate: 'date' },
  draw_failed: { amount: 'money', last4: 'text' },
} as const;

/** What the calendar brings about of these can wait until the morning. */
export const planThatWaits = [
  'installment_ahead',
  'installment_due',
  'installment_overdue',
  'repayment_succeeded',
  'repayment_failed',
  'card_refused',
  'plan_owner_changed',
  'plan_paid',
] as const;

/** The messages about plans and what is paid for them, and about cash that is drawn. */
export const planTexts = {
  en: {
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
  },
  'zh-CN': {
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
  },
} as const;

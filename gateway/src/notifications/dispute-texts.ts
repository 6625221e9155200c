/** The placeholders of the messages about disputes, and about payments that a bank took back. */
export const disputeFields = {
  repayment_charged_back: { purchase: 'purchase', amount: 'money', link: 'text' },
  dispute_opened: { merchant: 'text', amount: 'money', date: 'date', link: 'text' },
  dispute_answered: { merchant: 'text', amount: 'money', link: 'text' },
  dispute_refunded: { merchant: 'text', amount: 'money', link: 'text' },
  dispute_refused: { merchant: 'text', amount: 'money', link: 'text' },
} as const;

/** What each side wrote stands behind the link, because it may be personal. */
export const disputeTexts = {
  en: {
    repayment_charged_back: {
      subject: 'A payment was taken back',
      body: 'The bank of the card took {amount} for {purchase} back from us, so it is owed again. We do not charge this card again. Please pay with another one: {link}',
    },
    dispute_opened: {
      subject: 'We look into your purchase',
      body: 'We have what you wrote about your purchase at {merchant}, {amount}. Your payments for it stand still. The shop has until {date} to answer: {link}',
    },
    dispute_answered: {
      subject: 'The shop has answered',
      body: '{merchant} has answered about your purchase, {amount}. A person decides and writes to you. Your payments stand still until then: {link}',
    },
    dispute_refunded: {
      subject: 'Decided: you get a refund',
      body: 'Of your purchase at {merchant}, {amount} is refunded to you. Why, and what is left to pay: {link}',
    },
    dispute_refused: {
      subject: 'Decided: your payments go on',
      body: 'A person looked at your purchase at {merchant}, {amount}, and at what the shop gave us. Nothing is refunded and your payments go on, all later by the days that they stood still. Why: {link}',
    },
  },
  'zh-CN': {
    repayment_charged_back: {
      subject: '一笔付款被追回',
      body: '发卡银行已从我们这里追回您{purchase}的 {amount}，该款项需重新支付。我们不会再次从此卡扣款，请用其他银行卡支付：{link}',
    },
    dispute_opened: {
      subject: '我们正在处理您的争议',
      body: '我们已收到您就在 {merchant} 的购物（{amount}）所写的内容。相关付款已暂停。商家须在 {date} 之前答复：{link}',
    },
    dispute_answered: {
      subject: '商家已答复',
      body: '{merchant} 已就您的购物（{amount}）作出答复。将由专人裁定并告知您，在此之前付款继续暂停：{link}',
    },
    dispute_refunded: {
      subject: '已裁定：您将获得退款',
      body: '您在 {merchant} 的购物将退还 {amount}。原因及剩余应付款：{link}',
    },
    dispute_refused: {
      subject: '已裁定：付款恢复',
      body: '专人已查看您在 {merchant} 的购物（{amount}）以及商家提供的材料。不予退款，付款恢复，并按暂停的天数顺延。原因：{link}',
    },
  },
} as const;

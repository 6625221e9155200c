/** The placeholders of the messages about appeals. */
export const appealFields = {
  appeal_received: { amount: 'money', link: 'text' },
  appeal_upheld: { amount: 'money', link: 'text' },
  appeal_granted: { amount: 'money', granted: 'money', date: 'date', link: 'text' },
} as const;

/** The messages about appeals. What the person wrote stands behind the link, because it may be personal. */
export const appealTexts = {
  en: {
    appeal_received: {
      subject: 'A person looks at your decision',
      body: 'We have what you wrote about the decision on {amount}. A person looks at it and answers you. What you wrote, and the answer when it is there: {link}',
    },
    appeal_upheld: {
      subject: 'Your decision stands',
      body: 'A person looked at the decision on {amount} and it stands. Why, and what would help: {link}',
    },
    appeal_granted: {
      subject: 'You may go ahead',
      body: 'A person looked at the decision on {amount}. Until {date}, one purchase of up to {granted} goes ahead whatever your score. Please start again from the shop. More: {link}',
    },
  },
  'zh-CN': {
    appeal_received: {
      subject: '将有专人查看您的决定',
      body: '我们已收到您就 {amount} 的决定所写的内容，将有专人查看并答复您。您所写的内容及答复（答复后可见）：{link}',
    },
    appeal_upheld: {
      subject: '决定维持不变',
      body: '专人已查看就 {amount} 的决定，决定维持不变。原因以及可行的办法：{link}',
    },
    appeal_granted: {
      subject: '您可以继续',
      body: '专人已查看就 {amount} 的决定。在 {date} 之前，您可以进行一笔最多 {granted} 的购物，不受分数限制。请从商家重新开始。详情：{link}',
    },
  },
} as const;

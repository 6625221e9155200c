/** The placeholders of the messages about cases. */
export const caseFields = {
  case_message: { from: 'text', link: 'text' },
  case_closed: { link: 'text' },
} as const;

/** The messages about cases. What was written stands behind the link, because it may be personal. */
export const caseTexts = {
  en: {
    case_message: {
      subject: 'There is a message for you',
      body: '{from} has written to you in your account. Read it and answer here: {link}',
    },
    case_closed: {
      subject: 'Your question is closed',
      body: 'We think that this question of yours is settled. If it is not, write again and it is open: {link}',
    },
  },
  'zh-CN': {
    case_message: {
      subject: '您有一条新消息',
      body: '{from} 在您的账户中给您留言。请在此查看并回复：{link}',
    },
    case_closed: {
      subject: '您的问题已关闭',
      body: '我们认为您的问题已解决。如果没有，请再次留言，问题将重新打开：{link}',
    },
  },
} as const;

/** Everything that the pages of the help say in English, but for the articles themselves. */
export const helpEn = {
  title: 'Help',
  intro: 'Short answers about paying later, and about selling with it.',
  searchLabel: 'What do you want to know?',
  searchHint: 'A few words, such as “pay early” or “refund”.',
  search: 'Search',
  audiences: { shopper: 'For shoppers', merchant: 'For shops' },
  found: (count: string, typed: string) => `Articles found for “${typed}”: ${count}`,
  nothing: (typed: string) => `Nothing fits “${typed}”. Try other words, or look through all articles below.`,
  all: 'All articles',
  still: {
    shopper: 'If this does not answer it, ask us in your account under “Questions”. A person answers you.',
    merchant: 'If this does not answer it, ask us in the dashboard under “Questions”. A person answers you.',
  },
  missingTitle: 'No such article',
  missing: 'There is no article at this address. Look through all of them.',
};

export type HelpTexts = typeof helpEn;

export const helpZhCn: HelpTexts = {
  title: '帮助',
  intro: '关于先买后付以及用它销售的简短解答。',
  searchLabel: '您想了解什么？',
  searchHint: '输入几个词，例如“提前还款”或“退款”。',
  search: '搜索',
  audiences: { shopper: '用户', merchant: '商家' },
  found: (count, typed) => `找到与“${typed}”相关的文章：${count}`,
  nothing: (typed) => `没有与“${typed}”相符的文章。请换几个词，或浏览下方的全部文章。`,
  all: '全部文章',
  still: {
    shopper: '如果仍未解答，请在账户的“咨询”中向我们提问，将由专人答复。',
    merchant: '如果仍未解答，请在后台的“咨询”中向我们提问，将由专人答复。',
  },
  missingTitle: '没有这篇文章',
  missing: '此地址没有文章，请浏览全部文章。',
};

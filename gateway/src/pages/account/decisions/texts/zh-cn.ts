import type { DecisionTexts, decisionNoticesEn } from './en.ts';

/** 账户中关于决定与申诉的文字。 */
export const decisionsZhCn: DecisionTexts = {
  title: '决定',
  intro: '最近 13 个月内关于您的每一项决定及其理由。商家只会得知可以或不可以，不会得知其他内容。',
  none: '最近 13 个月内没有关于您的决定。',
  older: '更早的决定',
  outcomes: { approved: '已批准', declined: '未批准' },
  draw: '提现',
  order: (shop) => `${shop}（先用后付协议）`,
  look: '理由与后续办法',
  of: (date, amount) => `${date}，金额 ${amount}`,
  oneTitle: (what) => `关于 ${what} 的决定`,
  why: '原因',
  approvedWhy: '已获批准。',
  byPerson: '因专人查看了您的申诉而获批准。',
  back: '全部决定',
  appealHeading: '您不同意？',
  appealHint: (left) =>
    `我们会用今天的情况立即重新决定。如果您仍不同意，可由专人查看。30 天内您还可以申诉 ${left} 次。`,
  appealButton: '用今天的情况重新决定',
  noneLeft: '您在 30 天内已申诉三次。待其中最早的一次满 30 天后即可再次申诉。',
  againHeading: '重新决定的结果',
  againApproved: (date) => `按 ${date} 的情况可以批准。请从商家重新开始：当时的结账已结束。`,
  againDeclined: (date) => `按 ${date} 的情况仍未获批准。`,
  askHeading: '要求人工查看',
  askIntro:
    '请用您自己的话告诉我们应当了解的情况。内容加密保存，只有作出决定的人可以阅读。请不要写任何与健康有关的内容。',
  askLabel: '我们应当了解什么？',
  askHint: '最多 2000 个字符。',
  askButton: '要求人工查看',
  openText: (date) => `自 ${date} 起由专人查看。答复后您会收到消息。`,
  yourWords: '您所写的内容',
  answer: '我们的答复',
  withdraw: '撤回我的申诉',
  granted: (amount, date) =>
    `在 ${date} 之前，您可以进行一笔最多 ${amount} 的购物，不受分数限制。请从商家重新开始。`,
  grantUsed: '所准许的购物已作出决定。',
  grantOver: '准许的期限已过。',
  statuses: {
    rescored: '已重新决定',
    open: '正由专人查看',
    upheld: '专人已查看，决定维持不变',
    granted: '专人已准许',
    withdrawn: '您已撤回申诉',
  },
  adverseHeading: '告知',
  adverse:
    '（美国联邦法规定的告知）联邦《平等信贷机会法》禁止债权人因种族、肤色、宗教、原国籍、性别、婚姻状况、年龄（申请人须有订立合同的能力），因申请人的全部或部分收入来自公共援助计划，或因申请人善意行使《消费者信贷保护法》下的任何权利而歧视信贷申请人。负责监督本债权人遵守该法的联邦机构为：美国联邦贸易委员会（Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580）。',
};

export const decisionNoticesZhCn: typeof decisionNoticesEn = {
  appeal_too_many: () => ({ text: '您在 30 天内已申诉三次，请稍后再试。' }),
  appeal_refused: () => ({ text: '目前不能对这项决定提出申诉。' }),
  appeal_asked: () => ({ good: true, text: '已收到。将有专人查看并答复您。' }),
  appeal_words: () => ({ field: 'words', text: '请用您自己的话告诉我们，最多 2000 个字符。' }),
  appeal_gone: () => ({ text: '这里已没有等待此操作的申诉。' }),
  appeal_withdrawn: () => ({ good: true, text: '您的申诉已撤回。' }),
};

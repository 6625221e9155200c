import type { CaseAboutKind, CaseSide, CaseStatus } from '../../../cases/cases.ts';
import type { MemberAction } from '../../../members/audit.ts';

/** What the questions of the dashboard say in English. Times come formatted. */
export const casesSectionEn = {
  title: 'Questions',
  intro: 'Conversations about your orders, with Morrow and, where it is written to both, with the customer.',
  waiting: 'To answer',
  current: 'Not closed',
  all: 'All',
  list: 'Questions',
  empty: 'There are none.',
  subject: 'Subject',
  status: 'Status',
  since: 'Since',
  more: 'More',
  ask: 'Ask a question',
  askIntro: 'About one of your orders or disputes. A person at Morrow answers.',
  aboutLabel: 'Order or dispute',
  aboutHint: 'Its id, such as ord_… or dsp_…, from its page.',
  subjectLabel: 'In one line',
  subjectHint: 'At most 150 characters.',
  textLabel: 'Your message',
  textHint: 'At most 4,000 characters. No card numbers, and no personal data that is not needed.',
  readersLabel: 'Who reads it?',
  readers: { merchant: 'Only Morrow', all: 'Morrow and the customer' },
  send: 'Send',
  look: 'Look for answers first',
  untitled: {
    general: 'A message to you',
    order: 'About one of your orders',
    plan: 'About one of your orders',
    payment: 'About one of your orders',
    dispute: 'About a dispute',
  } satisfies Record<CaseAboutKind, string>,
  statuses: {
    open: 'Morrow works on it',
    waiting_for_shopper: 'waits for the customer',
    waiting_for_merchant: 'waits for you',
    waiting_for_operator: 'waits for Morrow',
    closed: 'closed',
  } satisfies Record<CaseStatus, string>,
  from: { shopper: 'The customer', operator: 'Morrow', merchant: 'You' } satisfies Record<CaseSide, string>,
  to: { merchant: 'you and Morrow', all: 'you, Morrow and the customer' },
  article: 'From our help:',
  order: 'Order',
  replyHeading: 'Write in it',
  reopenHeading: 'Not settled? Write again',
  close: 'It is settled: close it',
  closeHint: 'Writing in it opens it again.',
  back: 'All questions',
};

export const casesSaidEn = {
  case_sent: 'Your question is sent. A person at Morrow answers it.',
  case_written: 'Your message is sent.',
  case_closed: 'The question is closed.',
};

export const casesTroubleEn = {
  case_malformed: 'Write a subject of at most 150 characters and a text of at most 4,000. Nothing was sent.',
  case_about: 'There is no such order or dispute of yours. Nothing was sent.',
  case_too_many:
    'That is more than can be open at once, or more than one question can hold. Nothing was sent.',
  case_not_yours: 'Whoever opened it closes it, or Morrow does.',
};

/** How the audit log calls what members do here. */
export const casesActionsEn = {
  case_opened: 'Asked a question',
  case_answered: 'Wrote in a question',
  case_closed: 'Closed a question',
} satisfies Partial<Record<MemberAction, string>>;

export const casesSectionZhCn: typeof casesSectionEn = {
  title: '咨询',
  intro: '关于您订单的对话，与 Morrow 进行；写给双方的内容用户也能看到。',
  waiting: '待答复',
  current: '未关闭',
  all: '全部',
  list: '咨询',
  empty: '没有咨询。',
  subject: '主题',
  status: '状态',
  since: '自',
  more: '更多',
  ask: '提问',
  askIntro: '关于您的某个订单或争议，由 Morrow 的专人答复。',
  aboutLabel: '订单或争议',
  aboutHint: '填写其页面上的编号，例如 ord_… 或 dsp_…。',
  subjectLabel: '一句话概括',
  subjectHint: '最多 150 字。',
  textLabel: '您的留言',
  textHint: '最多 4,000 字。请勿填写银行卡号和不必要的个人信息。',
  readersLabel: '谁可以看到？',
  readers: { merchant: '仅 Morrow 可见', all: 'Morrow 和用户可见' },
  send: '发送',
  look: '先找找答案',
  untitled: {
    general: '给您的留言',
    order: '关于您的订单',
    plan: '关于您的订单',
    payment: '关于您的订单',
    dispute: '关于某项争议',
  },
  statuses: {
    open: 'Morrow 正在处理',
    waiting_for_shopper: '等待用户',
    waiting_for_merchant: '等待您答复',
    waiting_for_operator: '等待 Morrow',
    closed: '已关闭',
  },
  from: { shopper: '用户', operator: 'Morrow 客服', merchant: '您' },
  to: { merchant: '仅您与 Morrow 可见', all: '您、Morrow 与用户可见' },
  article: '来自帮助：',
  order: '订单',
  replyHeading: '继续留言',
  reopenHeading: '还没解决？请再次留言',
  close: '已解决，关闭',
  closeHint: '再次留言即可重新打开。',
  back: '全部咨询',
};

export const casesSaidZhCn: typeof casesSaidEn = {
  case_sent: '您的问题已发送，将由 Morrow 的专人答复。',
  case_written: '您的留言已发送。',
  case_closed: '该咨询已关闭。',
};

export const casesTroubleZhCn: typeof casesTroubleEn = {
  case_malformed: '请填写不超过 150 字的主题和不超过 4,000 字的内容。没有发送任何内容。',
  case_about: '您没有这样的订单或争议。没有发送任何内容。',
  case_too_many: '超出了可以同时打开的数量或单个咨询的留言数量。没有发送任何内容。',
  case_not_yours: '由提出者或 Morrow 关闭。',
};

export const casesActionsZhCn: typeof casesActionsEn = {
  case_opened: '提出了咨询',
  case_answered: '在咨询中留言',
  case_closed: '关闭了咨询',
};

import type { limitNoticesEn, LimitsTexts } from './en.ts';

/** What the account says about limit and price, in simplified Chinese. */
export const limitsZhCn: LimitsTexts = {
  title: '额度与价格',
  link: '额度与价格的变化及其原因',
  intro:
    '您可以先用后付多少、计息分期的价格是多少，以及原因。每个使用过额度的月份结束后，我们会重新评估两者。',
  none: '您还没有额度。首次购物时会为您设定。',
  heading: '您目前的条件',
  limit: '额度',
  price: '新计息分期',
  rate: (rate) => `年利率（单利）${rate}`,
  since: '自',
  review: '下次评估',
  reviewLater: '您再次使用额度时',
  offerHeading: '您可以提高额度',
  offer: (from, to) => `从 ${from} 提高到 ${to}。`,
  offerHint: (until) => `有效期至 ${until}。您不同意，额度就保持不变；额度提高并不是多消费的理由。`,
  accept: (to) => `提高到 ${to}`,
  decline: '保持不变',
  movesHeading: '什么会影响它',
  raiseNext: (to) => `没有任何障碍：照目前情况，下次评估时额度可提高到 ${to}。`,
  cutNext: (to) => `照目前情况，下次评估时额度将降至 ${to}。`,
  obstacles: {
    late: () => '有一笔款项逾期。付清之前额度不会提高。',
    suspended: () => '目前暂停新计划，恢复之前额度不会提高。',
    thin_file: () => '我们对您的了解还不多。在您完成三次付款并满两个月之前，额度保持为可达额度的十分之一。',
    at_target: () => '您的额度已达到最高。',
    score: (needed, score) => `付款分达到 ${needed} 后额度可以提高。您目前为 ${score}。`,
    clean_months: (months) => `从最近一笔逾期款项付清之日起，连续 ${months} 个月没有逾期后才会提高。`,
    no_repayment: () => '只有在一个月内有按时付款之后，额度才会提高。',
    line_full: () => '您的额度几乎已用完。归还一部分后才会提高。',
    just_changed: (days, rest) => `开通或上次提高满 ${days} 天、降低满 ${rest} 天后，额度才会提高。`,
    declined: () => '您选择了不提高额度。半年后我们会再次询问。',
  },
  cheaper: (score, rate) => `付款分达到 ${score} 后，新计息分期的年利率（单利）为 ${rate}。`,
  dearer: (score, rate) => `低于 ${score} 时为 ${rate}。`,
  down: (onHold, long) =>
    `款项逾期 ${onHold} 天将暂停新计划，逾期 ${long} 天将使额度降低一档。您已同意的计划保持不变。`,
  historyHeading: '变化记录',
  picture: '额度与年价格随时间的变化，内容与下表相同',
  date: '日期',
  change: '变化',
  reason: '原因',
  began: '您的初始条件。',
  beganWith: (limit, rate) => `额度 ${limit}，价格 ${rate}`,
  limitMoved: (from, to) => `额度从 ${from} 变为 ${to}`,
  priceMoved: (from, to) => `价格从 ${from} 变为 ${to}`,
  states: {
    offered: '已提供，等待您的答复。',
    accepted: '已提供，您已接受。',
    declined: '已提供，您选择保持不变。',
    expired: '已提供，未在期限内答复。',
    withdrawn: '已提供，在您答复之前撤回。',
  },
};

export const limitNoticesZhCn: typeof limitNoticesEn = {
  raise_accepted: () => ({ good: true, text: '您的额度已提高。' }),
  raise_declined: () => ({ good: true, text: '您的额度保持不变。' }),
  raise_gone: () => ({ text: '该邀请已失效。您的额度保持不变。' }),
};

import type { Ask } from '../../../credit/desks/asks.ts';
import type { FundingAnswer } from '../../../credit/routing.ts';
import type { Locale } from '../../../shoppers/profile.ts';

type FundingTexts = {
  heading: string;
  hint: string;
  asked: string;
  funder: string;
  answer: string;
  plans: string;
  answers: Record<FundingAnswer, string>;
  desks: string;
  time: string;
  said: Record<Ask['status'], string>;
};

const en: FundingTexts = {
  heading: 'Who funds it',
  hint: 'The funders in the order in which they were asked, with what their terms said at that moment.',
  asked: 'Funders asked',
  funder: 'Funder',
  answer: 'Answer',
  plans: 'Plans',
  answers: {
    chosen: 'Chosen',
    eligible: 'Would carry it as well',
    paused: 'Takes nothing new at present',
    currency: 'Does not lend this currency',
    market: 'Does not lend in this market',
    country: 'Does not lend in this country',
    category: 'Does not carry this kind of purchase',
    plan: 'Does not carry this plan',
    score: 'Does not take this score',
    amount_too_small: 'Less than its least amount',
    amount_too_large: 'More than its most amount',
    term: 'Not over so many days',
    no_room: 'No capacity left for so much',
    leverage: 'More than its equity allows',
    merchant_cap: 'Too much bound to this merchant',
    category_cap: 'Too much bound to this kind of purchase',
    shopper_cap: 'Too much bound to this shopper',
    share_too_small: 'A share is smaller than the market allows',
    partner_unable: 'One that it carries plans with cannot carry its part',
    desk_not_asked_here: 'It has to be asked first, which is not possible here',
    desk_resting: 'Passed over: its service did not answer several times in a row',
    desk_refused: 'Has refused this checkout',
    desk_unreachable: 'Did not answer about this checkout',
    not_consented: 'The shopper has not agreed to it',
    rate_not_allowed: 'Its rate is not allowed for this plan',
  },
  desks: 'Answers of their services',
  time: 'Time',
  said: {
    asked: 'Asked, no answer yet',
    accepted: 'Accepted',
    refused: 'Refused',
    unknown: 'No answer in time',
    withdrawn: 'Accepted; withdrawn by us',
  },
};

const zhCn: FundingTexts = {
  heading: '由谁出资',
  hint: '按询问顺序列出各出资方，以及其条款当时给出的答复。',
  asked: '已询问的出资方',
  funder: '出资方',
  answer: '答复',
  plans: '方案',
  answers: {
    chosen: '选中',
    eligible: '同样可以出资',
    paused: '目前不接受新业务',
    currency: '不以此货币放款',
    market: '不在此市场放款',
    country: '不在此国家放款',
    category: '不为此类购物出资',
    plan: '不为此方案出资',
    score: '不接受此评分',
    amount_too_small: '低于其最低金额',
    amount_too_large: '高于其最高金额',
    term: '不接受此期限',
    no_room: '剩余额度不足',
    leverage: '超出其净资产允许的杠杆',
    merchant_cap: '对该商家的集中度过高',
    category_cap: '对此类购物的集中度过高',
    shopper_cap: '对该消费者的集中度过高',
    share_too_small: '某一方的出资比例低于市场要求',
    partner_unable: '联合出资的另一方无法承担其份额',
    desk_not_asked_here: '须先征得其同意，此处无法询问',
    desk_resting: '已跳过：其服务连续多次无应答',
    desk_refused: '已拒绝此次结账',
    desk_unreachable: '未就此次结账作出答复',
    not_consented: '消费者未同意由其出资',
    rate_not_allowed: '其利率不适用于此方案',
  },
  desks: '各出资方服务的答复',
  time: '时间',
  said: {
    asked: '已询问，尚无答复',
    accepted: '已接受',
    refused: '已拒绝',
    unknown: '未及时答复',
    withdrawn: '曾接受；已由我方撤回',
  },
};

/** What the console says about the choice of a funder. */
export const fundingTexts: Record<Locale, FundingTexts> = { en, 'zh-CN': zhCn };

import type { PolicyChangeStatus } from '../../../pay-score/policy-changes/changes.ts';
import type { PolicyField } from '../../../pay-score/policy-changes/faults.ts';

const fieldsEn: Record<PolicyField, { label: string; hint: string }> = {
  lowestScore: { label: 'Cut', hint: 'Scores below it are declined. From 300 to 850.' },
  ladder: {
    label: 'Steps of limits',
    hint: 'In percent of the target, as 10,15,20: rising, each at most half as much again.',
  },
  thinFilePercent: { label: 'Thin file, and opening', hint: 'In percent of the target; one of the steps.' },
  percentFrom: {
    label: 'Most by score',
    hint: 'In percent of the target, as 700:100,660:75. Each is a step. Below the last: the lowest step.',
  },
  rateFrom: {
    label: 'Yearly rate by score',
    hint: 'In percent, as 700:7.2,660:9. Dearer as scores fall, 24 at most.',
  },
  highestRatePpm: {
    label: 'Yearly rate below these',
    hint: 'In percent; dearer than all above, 24 at most.',
  },
  representativeRatePpm: {
    label: 'Yearly rate of examples',
    hint: 'In percent; one of the rates. What shops show to everybody.',
  },
  pointsBeyondBorder: { label: 'Points beyond a border', hint: 'Before terms get better. From 0 to 50.' },
  mostRaisePercent: { label: 'Most that a raise adds', hint: 'In percent of the limit. From 1 to 50.' },
  daysBetween: { label: 'Days between betterments', hint: 'From 1 to 365.' },
  daysAfterWorse: { label: 'Days of rest after worse', hint: 'At least as many as between betterments.' },
  daysAfterDecline: { label: 'Days after a declined raise', hint: 'From 1 to 730.' },
  cleanMonths: { label: 'Clean months', hint: 'Without a late day, before terms get better. From 0 to 24.' },
  fullFromPercent: { label: 'Line counts as full from', hint: 'In percent used. From 1 to 100.' },
  cutFromDaysPastDue: { label: 'Limit falls from days late', hint: 'From 4 to 120.' },
  cutEveryDays: { label: 'and again every so many days', hint: 'From 1 to 120.' },
};

const statusesEn: Record<PolicyChangeStatus, string> = {
  proposed: 'waits for approval',
  approved: 'approved',
  refused: 'refused',
  withdrawn: 'withdrawn',
  expired: 'expired',
};

/** What the section of policy says. */
export const consolePolicyEn = {
  title: 'Policy and limits',
  intro:
    'What turns a score into a refusal, a limit and a price. One of you proposes a change, another one approves it. It holds for decisions from then on.',
  inForce: 'In force',
  version: 'Version',
  figure: 'Figure',
  value: 'Value',
  own: 'It came with the gateway.',
  approvedBy: (who: string, instant: string) => `Approved by ${who} on ${instant}.`,
  open: 'Proposal',
  proposedBy: (who: string, instant: string, ends: string) =>
    `Proposed by ${who} on ${instant}. It expires on ${ends}.`,
  now: 'Now',
  proposal: 'Proposed',
  fields: fieldsEn,
  effect: 'On past decisions',
  effectHint: (count: string, currency: string) =>
    `Of the ${count} decisions in ${currency} of the last twelve months. The cut acts at once. Limits and prices move when a line is reviewed, a step at a time where they get better, so scores on another tier are counted.`,
  effectNewest: (count: string) => `Only the newest ${count} are looked at.`,
  noDecisions: 'There are no decisions in the last twelve months to compare with.',
  effects: {
    newlyDeclined: 'Newly declined by the cut',
    newlyApproved: 'Newly approved by the cut',
    dearer: 'Dearer tier',
    cheaper: 'Cheaper tier',
    carryLess: 'Lower most',
    carryMore: 'Higher most',
  },
  decisions: 'Decisions',
  share: 'Share',
  approve: 'Approve',
  refuse: 'Refuse',
  withdraw: 'Withdraw',
  ownProposal: 'Somebody else has to approve it.',
  propose: 'Propose other figures',
  preview: 'See what it would do',
  previewTitle: 'What would change',
  waits: 'A proposal is open. Another one can be made when it is decided or has expired.',
  malformed: (label: string) => `${label}: this cannot hold.`,
  same: 'These are the figures in force.',
  note: 'Why',
  noteHint: 'In 1 to 1,000 characters, for whoever approves it and for later.',
  send: 'Propose it',
  back: 'Back to the policy',
  history: 'Changes',
  noHistory: 'Nothing was proposed here yet.',
  proposed: 'Proposed',
  by: 'By',
  status: 'State',
  statuses: statusesEn,
  decided: 'Decided by',
  why: 'Why',
  targets: 'Target limits are set where the gateway runs.',
};

/** What is said after a step. */
export const policySaidEn = {
  policy_proposed: 'It is proposed. Somebody else has to approve it within seven days.',
  policy_approved: 'It is in force for every decision from now on.',
  policy_refused: 'The proposal is ended.',
  policy_malformed:
    'That was not proposed: a figure cannot hold, nothing would change, or the reason is missing.',
  policy_conflict:
    'That is not possible: it is decided or expired, you proposed it yourself, or another proposal is open.',
};

/** How the audit log names it. */
export const policyActionsEn = {
  policy_proposed: 'proposed a policy',
  policy_approved: 'approved a policy',
  policy_refused: 'refused a policy',
  policy_withdrawn: 'withdrew a policy',
};

export const consolePolicyZhCn: typeof consolePolicyEn = {
  title: '政策与额度',
  intro: '评分如何决定拒绝、额度与价格。一人提出变更，另一人批准。批准后仅对此后的决定生效。',
  inForce: '现行政策',
  version: '版本',
  figure: '项目',
  value: '数值',
  own: '系统自带。',
  approvedBy: (who, instant) => `由 ${who} 于 ${instant} 批准。`,
  open: '提案',
  proposedBy: (who, instant, ends) => `由 ${who} 于 ${instant} 提出，${ends} 失效。`,
  now: '现行',
  proposal: '提案',
  fields: {
    lowestScore: { label: '分数线', hint: '低于此分数将被拒绝。300 至 850。' },
    ladder: { label: '额度台阶', hint: '目标额度的百分比，如 10,15,20；递增，每级最多增加一半。' },
    thinFilePercent: { label: '信息不足及起始额度', hint: '目标额度的百分比，须为台阶之一。' },
    percentFrom: {
      label: '按分数的最高额度',
      hint: '目标额度的百分比，如 700:100,660:75。均须为台阶；低于最后一档为最低台阶。',
    },
    rateFrom: { label: '按分数的年利率', hint: '百分比，如 700:7.2,660:9。分数越低越高，最高 24。' },
    highestRatePpm: { label: '低于以上分数的年利率', hint: '百分比；高于以上各档，最高 24。' },
    representativeRatePpm: { label: '示例年利率', hint: '百分比；须为其中一档。商店向所有人展示。' },
    pointsBeyondBorder: { label: '越过分界的分数', hint: '条件改善之前须越过。0 至 50。' },
    mostRaisePercent: { label: '单次提额上限', hint: '占当前额度的百分比。1 至 50。' },
    daysBetween: { label: '两次改善间隔天数', hint: '1 至 365。' },
    daysAfterWorse: { label: '变差后的休止天数', hint: '不少于两次改善间隔。' },
    daysAfterDecline: { label: '拒绝提额后的天数', hint: '1 至 730。' },
    cleanMonths: { label: '无逾期月数', hint: '条件改善前须无逾期。0 至 24。' },
    fullFromPercent: { label: '额度视为用满', hint: '已用百分比。1 至 100。' },
    cutFromDaysPastDue: { label: '逾期多少天起降额', hint: '4 至 120。' },
    cutEveryDays: { label: '此后每隔多少天再降', hint: '1 至 120。' },
  },
  effect: '对以往决定的影响',
  effectHint: (count, currency) =>
    `基于最近十二个月的 ${count} 个${currency}决定。分数线立即生效；额度与价格在复核时变动，改善时逐级进行，因此统计的是分数所处档位发生变化的决定。`,
  effectNewest: (count) => `仅统计最新的 ${count} 个。`,
  noDecisions: '最近十二个月没有可供比较的决定。',
  effects: {
    newlyDeclined: '因分数线新增拒绝',
    newlyApproved: '因分数线新增通过',
    dearer: '价格档位更高',
    cheaper: '价格档位更低',
    carryLess: '最高额度更低',
    carryMore: '最高额度更高',
  },
  decisions: '决定数',
  share: '占比',
  approve: '批准',
  refuse: '拒绝',
  withdraw: '撤回',
  ownProposal: '须由另一人批准。',
  propose: '提出其他数值',
  preview: '查看影响',
  previewTitle: '变更内容',
  waits: '已有待决提案。待其决定或失效后方可再提。',
  malformed: (label) => `${label}：此数值不成立。`,
  same: '与现行数值相同。',
  note: '原因',
  noteHint: '1 至 1,000 个字符，供批准人及日后查阅。',
  send: '提出',
  back: '返回政策',
  history: '变更记录',
  noHistory: '此处尚无提案。',
  proposed: '提出时间',
  by: '提出人',
  status: '状态',
  statuses: {
    proposed: '待批准',
    approved: '已批准',
    refused: '已拒绝',
    withdrawn: '已撤回',
    expired: '已失效',
  },
  decided: '决定人',
  why: '原因',
  targets: '目标额度在系统运行处设定。',
};

export const policySaidZhCn: typeof policySaidEn = {
  policy_proposed: '已提出，须由另一人在七天内批准。',
  policy_approved: '已对此后的所有决定生效。',
  policy_refused: '提案已结束。',
  policy_malformed: '未能提出：数值不成立、没有变化，或缺少原因。',
  policy_conflict: '无法执行：已决定或已失效、由您本人提出，或已有其他提案。',
};

export const policyActionsZhCn: typeof policyActionsEn = {
  policy_proposed: '提出政策变更',
  policy_approved: '批准政策变更',
  policy_refused: '拒绝政策变更',
  policy_withdrawn: '撤回政策变更',
};

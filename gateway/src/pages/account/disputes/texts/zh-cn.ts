import type { DisputesTexts, disputeNoticesEn } from './en.ts';

/** What the account says about disputes in simplified Chinese. */
export const disputesZhCn: DisputesTexts = {
  heading: '订单有问题？',
  intro: (shop) =>
    `如果商品没有收到、与 ${shop} 的承诺不符，或不是您的订单，请提出争议。裁定之前付款暂停，不产生任何费用。`,
  start: '对此订单提出争议',
  openHeading: '您的争议',
  openLine: (amount, shop, date) =>
    `您对 ${amount} 提出争议。${shop} 须在 ${date} 之前答复；裁定之前付款暂停。`,
  reviewLine: (amount, shop) => `您对 ${amount} 提出争议。${shop} 已答复，将由专人裁定。在此之前付款暂停。`,
  pastHeading: '以往争议',
  look: '查看',
  title: '对订单提出争议',
  oneTitle: '您的争议',
  reasonLabel: '出了什么问题？',
  reasons: {
    not_received: '没有收到',
    damaged: '损坏或无法使用',
    not_as_described: '与描述不符',
    unknown_order: '我不认识此订单',
    canceled: '我已取消',
    charged_twice: '重复收费',
  },
  amountLabel: '涉及多少金额？',
  amountHint: (most) => `可退款总额为 ${most}。若只有一部分有问题，请填写较小金额。`,
  wordsLabel: '发生了什么？',
  wordsHint: '请用您自己的话书写，最多 2,000 字。商家会看到。',
  fileLabel: '材料（如有）',
  fileHint: '照片（JPEG、PNG、WebP）、PDF 或文本，最大 5 MB。之后还可以补充。',
  send: '提出争议',
  sendNote: (date) =>
    `从现在起不会扣款，也不会产生逾期。商家须在 ${date} 之前答复；逾期不答复，您将获得退款。`,
  back: '返回计划',
  factStatus: '进展',
  factReason: '原因',
  factAmount: '争议金额',
  factDue: '商家答复期限',
  factRefunded: '已退还给您',
  statuses: {
    open: '等待商家答复',
    under_review: '等待人工裁定',
    won: '裁定商家有理',
    lost: '裁定您有理',
    partly_won: '裁定您部分有理',
    withdrawn: '您已撤回',
  },
  ends: {
    merchant: '商家已接受。',
    deadline: '商家未按时答复。',
    operator: '由专人裁定。',
    shopper: '您已撤回。',
  },
  yourWords: '您所写的内容',
  shopWords: '商家的答复',
  decision: '裁定理由',
  files: '材料',
  givenBy: { shopper: '由您提供', merchant: '由商家提供' },
  addFile: '添加此材料',
  withdraw: '撤回争议',
  withdrawHint: '付款将立即恢复，并按暂停的天数顺延。',
};

/** What is said after a form about disputes. */
export const disputeNoticesZhCn: typeof disputeNoticesEn = {
  dispute_opened: '争议已提出。裁定之前付款暂停。',
  dispute_withdrawn: '争议已撤回，付款恢复。',
  dispute_over: '该争议已结束，未作任何更改。',
  dispute_impossible: '目前无法对此订单提出争议，未作任何更改。',
  dispute_return_open: '此订单有一笔退货正在等待商家答复。请先撤回，或等待答复。',
  dispute_incomplete: '请选择原因、写明情况，并填写不超过可退款总额的金额。',
  dispute_file_added: '材料已添加。',
  dispute_file_refused: '未接受该文件：文件为空、过大，或不是照片、PDF 或文本。',
  dispute_file_limit: '您提供的材料已达上限。',
};

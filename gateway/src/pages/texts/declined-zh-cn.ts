import type { DeclinedTexts } from './declined-en.ts';

/** 关于未获批准的决定的文字。 */
export const declinedZhCn: DeclinedTexts = {
  title: '这次不行',
  intro: '我们无法为这次购物提供延后付款。以下是原因，以及您可以做什么。',
  nextHeading: '您可以做什么',
  cart: (shop) => `您在 ${shop} 的购物车保持原样，可以用其他方式付款。`,
  go: (shop) => `返回 ${shop}`,
  overdueHeading: '逾期款项',
  overdueShop: '商家',
  overdueSince: '到期日',
  overdueAmount: '金额',
  payOverdue: '现在就在您的账户中付清',
  checked: '以上每一项，我们都用您当前的数据按我们自己的规则核对过。',
  steps: {
    amount: (amount) => `您已获批最多 ${amount}：请减少购物金额后重新开始。`,
    drawAmount: (amount) => `您已获批最多 ${amount}：请减少金额。`,
    orderAmount: (amount) => `此订单十分钟之后，不超过 ${amount} 的订单可以获批。`,
    down: (percent, amount) => `先付其中的 ${percent}%，即 ${amount}，其余部分等额延后支付。`,
    downButton: (amount) => `先付 ${amount} 并选择方案`,
    pay: (amount, purchase) => `支付${purchase}的 ${amount}，之后即可获批。`,
    payAll: (amount, purchase) => `付清${purchase}，按其日期共 ${amount}，之后即可获批。`,
    paySeveral: '支付以下各项，之后即可获批：',
    paySeveralItem: (amount, purchase) => `${purchase}，支付 ${amount}`,
    purchaseAt: (shop) => `您在 ${shop} 的购物`,
    draw: '您的提现',
    behaviour: (what, score) => `${what}：届时您的分数为 ${score}，即可获批。`,
    behaviourPay: (amount) => `为此请支付欠款中的 ${amount}。`,
  },
  appeal: '您不同意？',
  appealHint: '我们会用今天的情况立即重新决定。如果您仍不同意，可在您的账户中要求由专人查看。',
  appealButton: '重新决定，或要求人工查看',
  leads: {
    payments: '您的款项，可立即支付',
    limits: '您自己的限额与收入',
  },
  codes: {
    amount_above_available: ({ available, nothingAvailable }) => ({
      why: nothingAvailable
        ? '您的额度已全部使用。'
        : `这次购物超过了您目前可以延后支付的金额：${available}。`,
      next: ['您每付一笔款，就会恢复其中本金的额度。'],
    }),
    overdue: ({ overdue }) => ({
      why: `您之前的购物有 ${overdue} 已逾期。`,
      next: ['您可以立即在您的账户中支付；之后请从商家重新开始。'],
    }),
    score_too_low: () => ({
      why: '您的付款分过低，无法建立新的方案。',
      next: ['原因列于下方。每一笔按时付款都有帮助。'],
    }),
    underage: () => ({
      why: '延后付款仅向成年人提供。',
      next: ['请在商家以其他方式付款。'],
    }),
    locked_by_shopper: () => ({
      why: '您已在账户中锁定延后付款。',
      next: ['您的账户会在您自己的限额处说明如何以及何时可以解锁。'],
    }),
    above_own_ceiling: () => ({
      why: '这次购物超过了您为自己设定的上限。',
      next: ['您可以在账户中更改上限；提高后的上限从一天之后起生效。'],
    }),
    too_many_orders: () => ({
      why: '您同时未付清的购物已达上限。',
      next: ['付清其中一笔之后，请从商家重新开始。'],
    }),
    cooling_off: () => ({
      why: '您在短时间内购物多次，下一次之前需要暂停一天。',
      next: ['最后一次购物的一天之后，您可以从商家重新开始。'],
    }),
    unaffordable: () => ({
      why: '加上这次购物，未来 90 天内到期的款项将超过我们所知的您的收入所能承担。',
      next: ['请在您的账户中告诉我们您的收入或收入变化，然后重新打开本页。'],
    }),
    suspicious: () => ({
      why: '这次购物有不一致之处，因此我们没有继续。',
      next: ['如果是您本人操作，请在下方要求由专人查看。'],
    }),
    challenge_required: () => ({
      why: '这次购物需要输入我们发送到您手机的验证码。',
      next: ['请从商家重新开始并输入验证码。'],
    }),
    history_contradicts: () => ({
      why: '所存的您的付款记录自相矛盾，因此我们无法得出分数。',
      next: ['这不是您的原因。请在下方要求由专人查看。'],
    }),
    line_suspended: () => ({
      why: '您的延后付款已被暂停。',
      next: ['您已同意的方案照常进行；您的账户会列出未付清的款项。'],
    }),
    no_funder: () => ({
      why: '目前没有出资方能承担这笔金额。这与您无关。',
      next: ['他人还款之后出资方会再有额度：请稍后从商家重新开始。'],
    }),
    amount_above_programme: () => ({
      why: '此类购物的这一金额不能延后付款。',
      next: ['您可以在商家以其他方式付款。'],
    }),
    amount_too_small: () => ({
      why: '这次购物金额太小，无法延后付款。',
      next: ['请在商家直接付款。'],
    }),
    identity_required: () => ({
      why: '您的身份尚未核验。',
      next: ['请从商家重新开始并完成核验。'],
    }),
  },
};

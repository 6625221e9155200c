export const orderFields = {
  order_confirmed: { merchant: 'text', amount: 'money' },
  agreement_active: { merchant: 'text', amount: 'money' },
  agreement_suspended: { merchant: 'text' },
  agreement_ended: { merchant: 'text' },
  agreement_order: { merchant: 'text', amount: 'money' },
  agreement_charge: { merchant: 'text', amount: 'money', dueDate: 'date' },
  refund_made: { merchant: 'text', amount: 'money', offDebt: 'money', moneyBack: 'money' },
  refund_made_friend: {
    merchant: 'text',
    amount: 'money',
    offDebt: 'money',
    toFriend: 'money',
    moneyBack: 'money',
  },
  return_declared: { merchant: 'text', amount: 'money', date: 'date' },
  return_accepted: { merchant: 'text', amount: 'money' },
  return_rejected: { merchant: 'text', amount: 'money' },
  return_withdrawn: { merchant: 'text', amount: 'money' },
  return_released: { merchant: 'text', amount: 'money' },
} as const;

/** What the calendar brings about of these can wait until the morning. */
export const orderThatWaits = ['return_released'] as const;

/** The messages about orders, the standing agreements that they are taken by, refunds and returns. */
export const orderTexts = {
  en: {
    order_confirmed: {
      subject: 'Your order is confirmed',
      body: 'Your order of {amount} at {merchant} is confirmed. Your payment dates begin when the shop ships.',
    },
    agreement_active: {
      subject: 'A shop may take orders without asking you',
      body: '{merchant} may now take orders of up to {amount} each that you pay later, without asking you each time. If that was not you, end it at once in your account.',
    },
    agreement_suspended: {
      subject: 'Orders without asking are suspended',
      body: '{merchant} takes no orders without your confirmation for now, because a payment is late. It goes on by itself when that is paid.',
    },
    agreement_ended: {
      subject: 'Orders without asking have ended',
      body: '{merchant} takes no orders without your confirmation any more. Orders taken before stay to be paid.',
    },
    agreement_order: {
      subject: 'An order by your agreement',
      body: '{merchant} reserved {amount} at most for an order by your agreement. You pay only the final amount. If that was not you, end the agreement at once in your account.',
    },
    agreement_charge: {
      subject: 'The final amount of your order',
      body: 'Your order at {merchant} comes to {amount}. It is taken from your card on {dueDate}.',
    },
    refund_made: {
      subject: 'Your refund',
      body: '{merchant} refunded {amount}. Taken off what you still owe: {offDebt}. Sent back to your card: {moneyBack}.',
    },
    refund_made_friend: {
      subject: 'Your refund',
      body: '{merchant} refunded {amount}. Taken off what you still owe: {offDebt}. Back to the friend who paid for you: {toFriend}. Sent back to your card: {moneyBack}.',
    },
    return_declared: {
      subject: 'Your return',
      body: 'Goods for {amount} are on their way back to {merchant}. Your payments wait until the shop has answered; it has until {date}. Waiting costs nothing.',
    },
    return_accepted: {
      subject: 'Your return is accepted',
      body: '{merchant} accepted your return of {amount} and refunds it. What is left to pay goes on, later by the days that it waited.',
    },
    return_rejected: {
      subject: 'Your return is refused',
      body: '{merchant} refused your return of {amount}; your account says why. Your payments go on, later by the days that they waited. If you do not agree, you can dispute it: ask us to look at it.',
    },
    return_withdrawn: {
      subject: 'Your return is withdrawn',
      body: 'Your return of {amount} to {merchant} is withdrawn. Your payments go on, later by the days that they waited.',
    },
    return_released: {
      subject: 'The shop has not answered',
      body: '{merchant} has not answered your return of {amount} in time, so your payments go on, later by the days that they waited. If you sent the goods back, you can dispute it: ask us to look at it.',
    },
  },
  'zh-CN': {
    order_confirmed: {
      subject: '订单已确认',
      body: '您在 {merchant} 的订单({amount})已确认。付款日期从商家发货时算起。',
    },
    agreement_active: {
      subject: '已开通先用后付',
      body: '{merchant} 现在可以先提供服务、后向您收款，每笔最高 {amount}，无需每次确认。如非本人操作，请立即在您的账户中关闭。',
    },
    agreement_suspended: {
      subject: '先用后付已暂停',
      body: '因有款项逾期，{merchant} 暂时不能免确认下单。付清后自动恢复。',
    },
    agreement_ended: {
      subject: '先用后付已结束',
      body: '{merchant} 不能再免确认下单。此前的订单仍需付款。',
    },
    agreement_order: {
      subject: '有一笔先用后付订单',
      body: '{merchant} 根据您的先用后付协议为一笔订单最多预留 {amount}。您只需支付最终金额。如非本人操作，请立即在您的账户中关闭。',
    },
    agreement_charge: {
      subject: '订单的最终金额',
      body: '您在 {merchant} 的订单最终金额为 {amount}，将于 {dueDate} 从您的银行卡扣款。',
    },
    refund_made: {
      subject: '您的退款',
      body: '{merchant} 已为您退款 {amount}。其中抵减您的待付款项 {offDebt},退回您的银行卡 {moneyBack}。',
    },
    refund_made_friend: {
      subject: '退款',
      body: '{merchant} 已退款 {amount}。抵扣您尚欠的款项：{offDebt}。还给替您付款的朋友：{toFriend}。退回您的银行卡：{moneyBack}。',
    },
    return_declared: {
      subject: '您的退货',
      body: '价值 {amount} 的商品正在退回 {merchant}。在商家答复之前付款暂停，商家须在 {date} 之前答复。暂停不收取任何费用。',
    },
    return_accepted: {
      subject: '退货已被接受',
      body: '{merchant} 已接受您 {amount} 的退货并退款。剩余付款恢复，日期按暂停的天数顺延。',
    },
    return_rejected: {
      subject: '退货被拒绝',
      body: '{merchant} 拒绝了您 {amount} 的退货，原因见您的账户。付款恢复，日期按暂停的天数顺延。如果您不同意，可以提出争议：请联系我们核查。',
    },
    return_withdrawn: {
      subject: '退货已撤回',
      body: '您退回 {merchant} 的 {amount} 退货已撤回。付款恢复，日期按暂停的天数顺延。',
    },
    return_released: {
      subject: '商家没有答复',
      body: '{merchant} 没有按时答复您 {amount} 的退货，付款因此恢复，日期按暂停的天数顺延。如果您已寄回商品，可以提出争议：请联系我们核查。',
    },
  },
} as const;

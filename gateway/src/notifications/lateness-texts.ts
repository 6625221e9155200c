export const latenessFields = {
  installment_late: { purchase: 'purchase', amount: 'money', dueDate: 'date', link: 'text' },
  late_fee_charged: { purchase: 'purchase', amount: 'money', link: 'text' },
  late_fee_waived: { purchase: 'purchase', amount: 'money' },
  promise_made: { purchase: 'purchase', amount: 'money', date: 'date' },
  promise_broken: { purchase: 'purchase', amount: 'money', date: 'date', link: 'text' },
  installment_moved: { purchase: 'purchase', amount: 'money', dueDate: 'date' },
  hardship_asked: { purchase: 'purchase' },
  hardship_granted: { purchase: 'purchase', link: 'text' },
  hardship_ended: { purchase: 'purchase', link: 'text' },
  line_suspended: { link: 'text' },
  line_restored: {},
  charge_off_notice: { purchase: 'purchase', amount: 'money', date: 'date', link: 'text' },
  charged_off: { purchase: 'purchase', amount: 'money', link: 'text' },
  plan_recovered: { purchase: 'purchase' },
} as const;

/** What the calendar brings about of these can wait until the morning. */
export const latenessThatWaits = [
  'installment_late',
  'late_fee_charged',
  'late_fee_waived',
  'promise_broken',
  'hardship_ended',
  'line_suspended',
  'line_restored',
  'charge_off_notice',
  'charged_off',
  'plan_recovered',
] as const;

/** The messages about what is late, and what helps. */
export const latenessTexts = {
  en: {
    installment_late: {
      subject: 'A payment is still open',
      body: 'For {purchase}, {amount} has been open since {dueDate}. If paying is hard now, tell us: you can promise a date or ask for easier terms here: {link}',
    },
    late_fee_charged: {
      subject: 'A late fee',
      body: 'A late fee of {amount} was added to a missed payment for {purchase}. There is one fee for a missed payment and no more. If you need help, look here: {link}',
    },
    late_fee_waived: {
      subject: 'A late fee is gone',
      body: 'We took back the late fee of {amount} for {purchase}. You need not do anything.',
    },
    promise_made: {
      subject: 'Your date is noted',
      body: 'Thank you. You said that you will pay {amount} for {purchase} by {date}. Until then we do not remind you, and there is no new late fee.',
    },
    promise_broken: {
      subject: 'The date you named has passed',
      body: 'You named {date} for {amount} of {purchase}, and it is still open. Please pay as soon as you can, or see what else is possible: {link}',
    },
    installment_moved: {
      subject: 'Your payment is moved',
      body: 'The late payment of {amount} for {purchase} is now due on {dueDate}. That cost you nothing.',
    },
    hardship_asked: {
      subject: 'We look at your request',
      body: 'We have your request for easier terms for {purchase}. Somebody looks at it and answers you.',
    },
    hardship_granted: {
      subject: 'Easier terms for you',
      body: 'We have arranged easier terms for {purchase}, without any new fees. Your new dates are here: {link}',
    },
    hardship_ended: {
      subject: 'Your payments go on',
      body: 'The pause for {purchase} is over. Your next dates are here: {link}',
    },
    line_suspended: {
      subject: 'New plans are on hold',
      body: 'Because a payment is late, you cannot begin new plans for now. What you agreed to goes on as it is. As soon as the late payment is made, you can again: {link}',
    },
    line_restored: {
      subject: 'You can pay later again',
      body: 'Nothing is late any more. You can begin new plans again. Thank you.',
    },
    charge_off_notice: {
      subject: 'Please speak to us',
      body: 'For {purchase}, {amount} has been open for a long time. Without a payment or an arrangement we give it up as a loss on {date}; you would still owe it, and could begin no new plans. There are ways out: {link}',
    },
    charged_off: {
      subject: 'Your debt was written off in our books',
      body: 'We have written off {amount} for {purchase} in our books. You still owe it and can begin no new plans. You can pay it at any time, also in parts: {link}',
    },
    plan_recovered: {
      subject: 'All paid',
      body: 'Everything that was still owed for {purchase} has come in. You owe nothing more for it. Thank you.',
    },
  },
  'zh-CN': {
    installment_late: {
      subject: '有一笔款项仍未付清',
      body: '您{purchase}自 {dueDate} 起尚有 {amount} 未付。如果目前付款有困难，请告诉我们：您可以在此约定付款日期或申请更宽松的条件：{link}',
    },
    late_fee_charged: {
      subject: '逾期费',
      body: '您{purchase}的一笔逾期款项产生了 {amount} 逾期费。每笔逾期款项只收取一次。如需帮助，请见：{link}',
    },
    late_fee_waived: {
      subject: '逾期费已免除',
      body: '我们已免除您{purchase}的 {amount} 逾期费，您无需操作。',
    },
    promise_made: {
      subject: '已记录您的付款日期',
      body: '谢谢。您表示将在 {date} 前为{purchase}支付 {amount}。在此之前我们不会提醒您，也不会产生新的逾期费。',
    },
    promise_broken: {
      subject: '您约定的日期已过',
      body: '您曾约定在 {date} 前为{purchase}支付 {amount}，目前仍未付清。请尽快付款，或查看其他办法：{link}',
    },
    installment_moved: {
      subject: '付款日期已调整',
      body: '您{purchase}逾期的 {amount} 现改为 {dueDate} 到期，不收取任何费用。',
    },
    hardship_asked: {
      subject: '我们正在处理您的申请',
      body: '我们已收到您为{purchase}提出的宽松条件申请，将由专人处理并答复您。',
    },
    hardship_granted: {
      subject: '已为您安排更宽松的条件',
      body: '我们已为您的{purchase}安排了更宽松的条件，不收取新的费用。新的付款日期请见：{link}',
    },
    hardship_ended: {
      subject: '您的付款继续进行',
      body: '您{purchase}的暂停期已结束。接下来的付款日期请见：{link}',
    },
    line_suspended: {
      subject: '暂时不能开始新的分期',
      body: '因有款项逾期，您暂时不能开始新的分期。已约定的分期照常进行。付清逾期款项后即可恢复：{link}',
    },
    line_restored: {
      subject: '您可以再次先买后付',
      body: '您已没有逾期款项，可以再次开始新的分期。谢谢您。',
    },
    charge_off_notice: {
      subject: '请与我们联系',
      body: '您{purchase}的 {amount} 已长期未付。如果没有付款或新的约定，我们将于 {date} 将其作为损失核销；您仍需偿还，且不能开始新的分期。还有其他办法：{link}',
    },
    charged_off: {
      subject: '您的欠款已在账上核销',
      body: '我们已在账上核销您{purchase}的 {amount}。您仍需偿还，且不能开始新的分期。您可以随时付款，也可以分次支付：{link}',
    },
    plan_recovered: {
      subject: '已全部付清',
      body: '您{purchase}的欠款已全部收到，不再有任何欠款。谢谢您。',
    },
  },
} as const;

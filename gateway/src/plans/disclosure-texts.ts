/** What a line of a disclosure is called, and what there is to say about it beside its figure. */
export type DisclosureText = { label: string; note?: string };

const en = {
  creditor: { label: 'Who lends the money', note: 'Your agreement is with this lender.' },
  merchant: { label: 'What it pays for', note: 'Your purchase from this shop.' },
  price: { label: 'Cash price' },
  down_payment: { label: 'Paid at once', note: 'Not part of the credit.' },
  credit_amount: { label: 'Total amount of credit' },
  duration: { label: 'Duration' },
  borrowing_rate: { label: 'Borrowing rate', note: 'Interest a year on what you still owe. It is fixed.' },
  simple_rate: { label: 'Annual rate, simple interest', note: 'Without compounding.' },
  irr: { label: 'Annual rate, compound interest (IRR)', note: 'All costs of the loan, compounded.' },
  apr: {
    label: 'Annual percentage rate of charge (APR)',
    note: 'The total cost as a yearly percentage. Use it to compare offers.',
  },
  annual_percentage_rate: {
    label: 'ANNUAL PERCENTAGE RATE',
    note: 'The cost of your credit as a yearly rate.',
  },
  all_in_ceiling: {
    label: 'Most that all costs may come to, a year',
    note: 'Interest, charges and late fees together.',
  },
  total_interest: { label: 'Total interest' },
  charges: { label: 'Charges beside the interest' },
  merchant_pays: { label: 'Interest that the shop pays for you' },
  total_cost: { label: 'Total cost of the credit' },
  total_payable: { label: 'Total amount you will pay back' },
  installments: {
    label: 'Your payments',
    note: 'The dates are those if your goods ship, or your money is sent, today.',
  },
  late_fee: {
    label: 'If a payment is late',
    note: 'Once for each late payment after the days of grace, never more than the stated part of it. Fees bear no interest.',
  },
  no_late_fee: { label: 'If a payment is late', note: 'There is no late fee.' },
  missed_payments: {
    label: 'If you miss payments',
    note: 'We tell you promptly what is missing and what may follow, and offer help first. Missed payments can make it harder to get credit.',
  },
  adverse_step_notice: {
    label: 'Notice before any further step',
    note: 'You are told this long before we ask for everything at once, end the agreement or hand over the debt.',
  },
  withdrawal: {
    label: 'Right to withdraw',
    note: 'Within this time from the agreement you may withdraw without giving a reason. You then pay back the credit and the interest of the days you had it, within 30 days, and no fee.',
  },
  withdrawal_interest: { label: 'Interest a day if you withdraw' },
  withdrawal_reminder: {
    label: 'Reminder of your right to withdraw',
    note: 'We send it this many days after the agreement.',
  },
  early_repayment: {
    label: 'Paying early',
    note: 'You may pay all or part at any time, without a fee. You owe interest only for the days you used the money.',
  },
  prepayment: {
    label: 'Prepayment',
    note: 'If you pay off early, you will not have to pay a penalty, and you owe interest only for the days you used the money.',
  },
  credit_records: {
    label: 'Credit records',
    note: 'We may ask a credit register before we decide, and we report how the plan is paid. You learn at once if a register is the reason for a refusal.',
  },
  draft_copy: {
    label: 'Copy of the agreement',
    note: 'You may have a draft of it at any time, free of charge.',
  },
  card_authority: {
    label: 'Taking payments from your card',
    note: 'You allow each payment to be taken on its date. You may change the card or end this at any time and pay in another way.',
  },
  complaints: {
    label: 'Complaints',
    note: 'If our answer does not satisfy you, the Financial Ombudsman Service decides free of charge.',
  },
  human_review: {
    label: 'The decision',
    note: 'It is made automatically. You may ask for an explanation and for a person to decide.',
  },
  amount_financed: {
    label: 'Amount Financed',
    note: 'The amount of credit provided to you or on your behalf.',
  },
  finance_charge: { label: 'FINANCE CHARGE', note: 'The dollar amount the credit will cost you.' },
  total_of_payments: {
    label: 'Total of Payments',
    note: 'The amount you will have paid after you have made all payments as scheduled.',
  },
  total_sale_price: {
    label: 'Total Sale Price',
    note: 'The total cost of your purchase on credit, including what you pay at once.',
  },
  adverse_action: {
    label: 'If you are refused',
    note: 'You get the principal reasons at once on this page, and in writing within this time.',
  },
} as const satisfies Record<string, DisclosureText>;

export type DisclosureCode = keyof typeof en;

const zhCn: Record<DisclosureCode, DisclosureText> = {
  creditor: { label: '出资方（贷款人）', note: '您与该出资方签订借款合同。' },
  merchant: { label: '用途', note: '用于支付您在该商家的购物款。' },
  price: { label: '商品现价' },
  down_payment: { label: '首付款', note: '不属于借款。' },
  credit_amount: { label: '借款本金' },
  duration: { label: '借款期限' },
  borrowing_rate: { label: '借款利率', note: '按未还本金计算的年利率，固定不变。' },
  simple_rate: { label: '年化利率（单利）', note: '不计复利。' },
  irr: { label: '年化利率（复利，IRR）', note: '包含全部借款成本，按复利折算。' },
  apr: { label: '年化综合费率（APR）', note: '以年百分比表示的全部成本，便于比较不同方案。' },
  annual_percentage_rate: { label: '年百分率（APR）', note: '以年利率表示的信贷成本。' },
  all_in_ceiling: { label: '年化综合成本上限', note: '利息、费用和逾期费合计不超过此上限。' },
  total_interest: { label: '利息总额' },
  charges: { label: '利息以外的费用' },
  merchant_pays: { label: '商家为您承担的利息' },
  total_cost: { label: '借款总成本' },
  total_payable: { label: '应还总额' },
  installments: { label: '还款计划', note: '日期按今日发货或放款计算。' },
  late_fee: {
    label: '逾期还款',
    note: '宽限期后每期最多收取一次，且不超过该期金额的上述比例；逾期费不计利息。',
  },
  no_late_fee: { label: '逾期还款', note: '不收取逾期费。' },
  missed_payments: {
    label: '未按时还款的后果',
    note: '我们会及时告知欠款金额和可能的后果，并优先提供帮助。逾期可能影响您今后获得信贷。',
  },
  adverse_step_notice: {
    label: '采取进一步措施前的通知期',
    note: '在要求一次性还清、终止合同或移交债务之前，我们会提前这么久通知您。',
  },
  withdrawal: {
    label: '撤回权',
    note: '自签约起在此期限内，您可以无理由撤回。撤回后 30 天内归还本金和实际使用天数的利息，不收任何费用。',
  },
  withdrawal_interest: { label: '撤回时的每日利息' },
  withdrawal_reminder: { label: '撤回权提醒', note: '我们会在签约后的这几天内发送提醒。' },
  early_repayment: {
    label: '提前还款',
    note: '您可以随时全部或部分还款，不收手续费，利息只按实际使用天数计算。',
  },
  prepayment: { label: '提前还款', note: '提前还清无需支付违约金，利息只按实际使用天数计算。' },
  credit_records: {
    label: '信用记录',
    note: '我们可能在决定前查询征信，并上报还款情况。如因征信被拒，我们会立即告知您。',
  },
  draft_copy: { label: '合同文本', note: '您可以随时免费索取合同草案。' },
  card_authority: {
    label: '银行卡扣款授权',
    note: '您授权我们在每个还款日扣款。您可以随时更换银行卡或取消授权，改用其他方式还款。',
  },
  complaints: { label: '投诉', note: '如对我们的答复不满意，可向英国金融申诉服务机构免费申诉。' },
  human_review: { label: '审批方式', note: '由系统自动决定。您可以要求说明理由，并要求人工审核。' },
  amount_financed: { label: '融资金额', note: '向您或代您提供的信贷金额。' },
  finance_charge: { label: '融资费用', note: '该笔信贷花费您的金额。' },
  total_of_payments: { label: '还款总额', note: '按计划还清后您共支付的金额。' },
  total_sale_price: { label: '赊购总价', note: '以信贷购买的总成本，包括首付款。' },
  adverse_action: { label: '如被拒绝', note: '本页会立即显示主要原因，并在此期限内以书面形式告知。' },
};

/** What every line's code means, by language. The figures beside them come from the block. */
export const disclosureTexts = { en, 'zh-CN': zhCn } as const satisfies Record<
  string,
  Record<DisclosureCode, DisclosureText>
>;

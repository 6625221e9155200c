import type { MerchantAccount } from '../../../banking/merchant-accounts.ts';

/** What the page of bank accounts says, in English. */
export const bankEn = {
  title: 'Bank accounts',
  intro: 'Where your payouts go. The account has to be held by the business.',
  now: 'Payouts go to',
  named: (bank: string, last4: string) => `${bank}, ends in ${last4}`,
  none: 'There is no account yet.',
  held: (until: string) => `The account was changed. Payouts are held until ${until}.`,
  waiting: 'Waiting for approval',
  waitingText: 'One of our people checks it. Until then payouts go where they went.',
  takeBack: 'Take it back',
  list: 'All accounts',
  newest: 'The newest first.',
  account: 'Account',
  holder: 'Holder',
  status: 'State',
  entered: 'Entered',
  statuses: {
    proposed: 'waiting',
    active: 'in use',
    replaced: 'replaced',
    rejected: 'not taken',
  } satisfies Record<MerchantAccount['status'], string>,
  change: 'Change the account',
  changeHint:
    'Somebody of ours approves the change. Payouts are held for 72 hours after it, so that nobody else sends them elsewhere.',
  sandboxHint:
    'In a sandbox a test bank checks it at once: 62990001 and any eight digits is a good account, 62990007… has another holder. Payouts are held for 72 hours of its clock.',
  holderHint: (name: string) => `The name of the business: ${name}.`,
  number: 'Account number',
  numberHint: 'IBAN or number. Kept encrypted; only its last four digits are shown.',
  bank: 'Bank',
  bankHint: 'As on the statement.',
  button: 'Send the change',
  said: {
    bank_account_proposed: 'The account waits for approval.',
    bank_account_changed: 'The account is changed. Payouts are held for 72 hours.',
    bank_account_taken_back: 'The change is taken back.',
  },
  trouble: { bank_account_refused: 'The bank does not confirm this account.' },
  actions: {
    bank_account_proposed: 'Entered another bank account',
    bank_account_taken_back: 'Took a bank account back',
  },
};

/** 银行账户页面所说的话，中文。 */
export const bankZhCn: typeof bankEn = {
  title: '银行账户',
  intro: '付款的去向。账户必须由企业持有。',
  now: '付款汇入',
  named: (bank, last4) => `${bank}，尾号 ${last4}`,
  none: '还没有账户。',
  held: (until) => `账户已变更。付款暂停至 ${until}。`,
  waiting: '等待批准',
  waitingText: '我们的人员正在核对。在此之前，付款仍汇入原账户。',
  takeBack: '撤回',
  list: '所有账户',
  newest: '最新的在前。',
  account: '账户',
  holder: '户名',
  status: '状态',
  entered: '录入时间',
  statuses: { proposed: '等待中', active: '使用中', replaced: '已更换', rejected: '未采用' },
  change: '更换账户',
  changeHint: '变更由我们的人员批准。批准后付款暂停 72 小时，以防他人将款项汇往别处。',
  sandboxHint:
    '在沙盒中，测试银行会立即核对：62990001 加任意八位数字是有效账户，62990007… 的户名不符。付款按沙盒的时钟暂停 72 小时。',
  holderHint: (name) => `企业名称：${name}。`,
  number: '账号',
  numberHint: 'IBAN 或账号。加密保存，只显示最后四位。',
  bank: '银行',
  bankHint: '与对账单一致。',
  button: '提交变更',
  said: {
    bank_account_proposed: '账户等待批准。',
    bank_account_changed: '账户已变更。付款暂停 72 小时。',
    bank_account_taken_back: '变更已撤回。',
  },
  trouble: { bank_account_refused: '银行不确认这个账户。' },
  actions: { bank_account_proposed: '录入了另一个银行账户', bank_account_taken_back: '撤回了银行账户' },
};

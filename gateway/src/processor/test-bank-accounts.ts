/** A bank account that exists in sandboxes only: its number says how its bank answers. */
type TestBankAccount = {
  name: string;
  /** The first eight digits; the other eight are anybody's choice, so that each shopper has accounts of their own. */
  prefix: string;
  /** What the provider says when the account is to be bound. */
  check: 'verified' | 'slow' | 'name_differs' | 'account_closed' | 'account_not_found';
  /** What its bank says of a debit, after two business days. */
  debit: 'pays' | 'insufficient_funds' | 'account_closed' | 'debit_not_authorized' | 'returned_late';
  label: { en: string; 'zh-CN': string };
};

/** Every test account of a sandbox, in the order in which people are shown them. */
export const testBankAccounts = [
  {
    name: 'pays',
    prefix: '62990001',
    check: 'verified',
    debit: 'pays',
    label: { en: 'Verified; debits are paid', 'zh-CN': '核验通过，扣款成功' },
  },
  {
    name: 'insufficient_funds',
    prefix: '62990002',
    check: 'verified',
    debit: 'insufficient_funds',
    label: { en: 'Verified; debits fail for want of money', 'zh-CN': '核验通过，扣款因余额不足失败' },
  },
  {
    name: 'closed_later',
    prefix: '62990003',
    check: 'verified',
    debit: 'account_closed',
    label: {
      en: 'Verified; debits fail because the account was closed since',
      'zh-CN': '核验通过，扣款因账户随后注销失败',
    },
  },
  {
    name: 'mandate_revoked',
    prefix: '62990004',
    check: 'verified',
    debit: 'debit_not_authorized',
    label: {
      en: 'Verified; debits fail because the bank was told to refuse them',
      'zh-CN': '核验通过，扣款因银行收到拒付指示失败',
    },
  },
  {
    name: 'returned_late',
    prefix: '62990005',
    check: 'verified',
    debit: 'returned_late',
    label: {
      en: 'Verified; debits are paid, and taken back 30 days later',
      'zh-CN': '核验通过，扣款成功，30 天后被退回',
    },
  },
  {
    name: 'slow',
    prefix: '62990006',
    check: 'slow',
    debit: 'pays',
    label: { en: 'Verified after two seconds', 'zh-CN': '两秒后核验通过' },
  },
  {
    name: 'name_differs',
    prefix: '62990007',
    check: 'name_differs',
    debit: 'pays',
    label: { en: 'Refused: the account has another holder', 'zh-CN': '核验不通过：户名不一致' },
  },
  {
    name: 'closed',
    prefix: '62990008',
    check: 'account_closed',
    debit: 'pays',
    label: { en: 'Refused: the account is closed', 'zh-CN': '核验不通过：账户已注销' },
  },
  {
    name: 'not_found',
    prefix: '62990009',
    check: 'account_not_found',
    debit: 'pays',
    label: { en: 'Refused: there is no such account', 'zh-CN': '核验不通过：账户不存在' },
  },
] as const satisfies readonly TestBankAccount[];

export type TestBankAccountName = (typeof testBankAccounts)[number]['name'];

/** The bank of every test account, by its name and its code. */
export const testBank = { name: 'Test Bank', code: '110000000' };

/** The test account with this number, which is 16 digits; undefined when it is none. */
export function findTestBankAccount(number: string): (typeof testBankAccounts)[number] | undefined {
  return /^\d{16}$/.test(number)
    ? testBankAccounts.find(({ prefix }) => number.startsWith(prefix))
    : undefined;
}

/** The number of a named test account; `choice` is the eight digits that are free. */
export function testBankNumber(name: TestBankAccountName, choice: number): string {
  const { prefix } = testBankAccounts.find((account) => account.name === name) ?? testBankAccounts[0];
  return prefix + String(choice % 100_000_000).padStart(8, '0');
}

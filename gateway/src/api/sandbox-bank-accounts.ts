import { z } from 'zod';
import { changeMerchantAccount } from '../banking/merchant-accounts.ts';
import { accountVerifierFor, verifyAccount } from '../banking/verify-account.ts';
import { sandboxVerifier } from '../banking/sandbox-verifier.ts';
import { defineRoute, type RequestMerchant, type Route } from '../http/route.ts';
import { idOf } from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { debitPlan } from '../jobs/scenarios/debit-plan.ts';
import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Tx, transact } from '../lib/tx.ts';
import { payoutTestAccounts } from '../processor/test-methods.ts';
import { type TestBankAccountName, testBankAccounts } from '../processor/test-bank-accounts.ts';

const payoutAccounts = ['acct_test_merchant', ...Object.values(payoutTestAccounts)] as const;

function asMerchant<T>(
  context: Context,
  { id, environmentId, kid }: RequestMerchant,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(context, { environmentId, actor: { kind: 'merchant', id, kid } }, async (tx) => {
    requireSandbox(tx);
    return work(tx);
  });
}

const BankAccountJson = z
  .object({
    id: idOf('bka'),
    object: z.literal('bank_account'),
    holder: z.string(),
    bank_name: z.string(),
    last4: z.string(),
    payout_account: z.enum(payoutAccounts),
  })
  .meta({ id: 'BankAccount', description: 'Where your payouts go.' });

const put = defineRoute({
  method: 'put',
  path: '/v1/sandbox/bank-account',
  operationId: 'putSandboxBankAccount',
  summary: 'Change the bank account that payouts go to in the sandbox',
  description:
    'The number of a test account says whether it is verified: 62990001 and any eight digits is, 62990007… has another ' +
    'holder, 62990008… is closed, 62990009… does not exist. The holder has to be your own name, whatever its case, width and ' +
    'spaces. After a change payouts are held for 72 hours by the clock of the sandbox. `payout_account` says how they go ' +
    'then: acct_test_merchant is paid at once, acct_test_slow after two business dates, acct_test_refused is refused by its ' +
    'bank on the way, acct_test_fails takes no transfers, acct_test_returned is paid and then sent back.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z.strictObject({
    holder: z.string().min(1).max(200),
    number: z.string().min(1).max(50),
    payout_account: z.enum(payoutAccounts).default('acct_test_merchant'),
  }),
  bodyExample: { holder: 'Tea House', number: '6299 0001 0000 0000' },
  success: {
    status: 200,
    description: 'It is changed.',
    schema: BankAccountJson,
    example: {
      id: 'bka_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      object: 'bank_account',
      holder: 'Tea House',
      bank_name: 'Test Bank',
      last4: '0000',
      payout_account: 'acct_test_merchant',
    },
  },
  problems: ['not_found', 'state_conflict', 'unavailable'],
  async run(context, { body, merchant }) {
    await asMerchant(context, merchant, (tx) => Promise.resolve(tx));
    const checked = await verifyAccount(sandboxVerifier, body);
    if (checked.outcome === 'refused') {
      throw new GatewayError('state_conflict', {
        detail: 'The bank does not confirm this account.',
        extra: { reason: checked.code },
      });
    }
    const { holder, number, bank, provider } = checked.account;
    const account = await asMerchant(context, merchant, (tx) =>
      changeMerchantAccount(tx, {
        merchantId: merchant.id,
        holder,
        number,
        bankName: bank.name,
        payoutAccount: body.payout_account,
        provider,
      }),
    );
    return {
      id: account.id,
      object: 'bank_account' as const,
      holder: account.holder,
      bank_name: account.bankName,
      last4: account.last4,
      payout_account: body.payout_account,
    };
  },
});

const debitable = testBankAccounts.filter(({ check }) => check === 'verified').map(({ name }) => name) as [
  TestBankAccountName,
  ...TestBankAccountName[],
];

const debit = defineRoute({
  method: 'post',
  path: '/v1/sandbox/plans/{plan_id}/bank-debit',
  operationId: 'debitSandboxPlan',
  summary: "Collect a plan from its shopper's bank account",
  description:
    'Does what the shopper does in their account: binds a test account of their own, allows debits of it, and chooses it for ' +
    'the plan. Each debit is answered two business days later by the clock of the sandbox: `pays` is paid, ' +
    '`returned_late` is paid and taken back 30 days after that, the others fail for the reason that they are named after.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ plan_id: idOf('pln') }),
  body: z.strictObject({ test_account: z.enum(debitable).default('pays') }),
  bodyExample: { test_account: 'insufficient_funds' },
  success: {
    status: 200,
    description: 'The plan is collected from the account from now on.',
    schema: z
      .object({
        object: z.literal('bank_debit'),
        plan_id: idOf('pln'),
        bank_name: z.string(),
        last4: z.string(),
      })
      .meta({ id: 'BankDebit' }),
    example: {
      object: 'bank_debit',
      plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      bank_name: 'Test Bank',
      last4: '0421',
    },
  },
  problems: ['not_found', 'state_conflict', 'unavailable', 'processor_unavailable'],
  async run(context, { params: { plan_id: planId }, body, merchant }) {
    const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => asMerchant(context, merchant, work);
    const account = await debitPlan(context, inTx, {
      planId,
      merchantId: merchant.id,
      name: body.test_account,
      verifier: await inTx((tx) => Promise.resolve(accountVerifierFor(tx.environment))),
    });
    return {
      object: 'bank_debit' as const,
      plan_id: planId,
      bank_name: account.bankName,
      last4: account.last4,
    };
  },
});

export const bankAccountSandboxRoutes: Route[] = [put, debit];

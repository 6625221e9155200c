import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { CurrencyCode } from '../http/schemas.ts';
import { trialBalance } from '../ledger/balances.ts';
import { checkBooks } from '../ledger/check-books.ts';
import { GatewayError } from '../lib/errors.ts';
import { sum, toJsonAmount } from '../lib/money.ts';

/** A sandbox's whole ledger in one answer: only its owner's test money is in it. */
export const trialBalanceRoute = defineRoute({
  method: 'get',
  path: '/v1/sandbox/trial-balance',
  operationId: 'getTrialBalance',
  summary: "Read the sandbox's books",
  description:
    'The books of the sandbox: debits and credits by account code, which are the same in both ' +
    'columns for each currency, with the invariants that were checked. Use it to see that your ' +
    'test ended with books that are right.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  success: {
    status: 200,
    description: 'The books as they are now.',
    schema: z
      .object({
        object: z.literal('trial_balance'),
        accounts: z.array(
          z.object({
            code: z.string(),
            class: z.string(),
            currency: CurrencyCode,
            debit: z.int(),
            credit: z.int(),
          }),
        ),
        totals: z
          .array(z.object({ currency: CurrencyCode, debit: z.int(), credit: z.int(), difference: z.int() }))
          .meta({ description: 'By currency; the difference is zero, or the books are wrong.' }),
        invariants: z.array(z.object({ name: z.string(), checked: z.int(), broken: z.int() })),
      })
      .meta({ id: 'TrialBalance' }),
    example: {
      object: 'trial_balance',
      accounts: [
        { code: 'principal', class: 'asset', currency: 'CNY', debit: 10000, credit: 0 },
        { code: 'merchant', class: 'liability', currency: 'CNY', debit: 0, credit: 10000 },
      ],
      totals: [{ currency: 'CNY', debit: 10000, credit: 10000, difference: 0 }],
      invariants: [{ name: 'principal_is_participation', checked: 1, broken: 0 }],
    },
  },
  async read(tx) {
    if (tx.environment.kind !== 'sandbox')
      throw new GatewayError('not_found', { detail: 'Only a sandbox shows its books.' });
    const rows = await trialBalance(tx);
    const invariants = await checkBooks(tx);
    return {
      object: 'trial_balance' as const,
      accounts: rows.map((row) => ({
        ...row,
        debit: toJsonAmount(row.debit),
        credit: toJsonAmount(row.credit),
      })),
      totals: totalsOf(rows),
      invariants: invariants.map(({ name, checked, broken }) => ({
        name,
        checked,
        broken: broken.length,
      })),
    };
  },
});

function totalsOf(rows: Awaited<ReturnType<typeof trialBalance>>) {
  return [...new Set(rows.map(({ currency }) => currency))].map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const debit = sum(own.map((row) => row.debit));
    const credit = sum(own.map((row) => row.credit));
    return {
      currency,
      debit: toJsonAmount(debit),
      credit: toJsonAmount(credit),
      difference: toJsonAmount(debit - credit),
    };
  });
}

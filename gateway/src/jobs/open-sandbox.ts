import { openMerchantAccount } from '../banking/merchant-accounts.ts';
import { sandboxVerifier } from '../banking/sandbox-verifier.ts';
import type { Context } from '../context.ts';
import { createFunder } from '../credit/funders.ts';
import { dateIn } from '../lib/dates.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import { digitsOf } from '../lib/money.ts';
import { transact } from '../lib/tx.ts';
import { createSandbox } from '../merchants/environments.ts';
import { keyScopes, registerKey } from '../merchants/keys.ts';
import { createMerchant, type Merchant, type Subsidies } from '../merchants/merchants.ts';
import { testBank, testBankNumber } from '../processor/test-bank-accounts.ts';
import { findTestPerson, type TestPerson } from '../shoppers/sandbox-identity.ts';
import { makeKnownShopper } from './scenarios/known-shopper.ts';

/** The funders of every sandbox, in the order in which they are asked; capacity in whole units of the currency. */
const testFunders = [
  {
    name: 'Lantern Bank',
    priority: 1,
    capacityUnits: 50_000_000n,
    feeShareBasisPoints: 4000,
    servicingBasisPoints: 100,
  },
  {
    name: 'Harbour Credit',
    priority: 2,
    capacityUnits: 20_000_000n,
    feeShareBasisPoints: 3500,
    servicingBasisPoints: 120,
    rateAdjustmentPpm: -6_000,
  },
];

/** Test persons whose identity is verified and who have given their consents, so that a checkout begins with the offers. */
const knownPersons = ['good-1', 'good-2'];

export type NewSandbox = {
  name: string;
  category: string;
  country: string;
  timeZone: string;
  currency: string;
  clockAt: Date;
  allowedOrigins: string[];
  feeBasisPoints: number;
  feeFixed: bigint;
  firstPart: Merchant['firstPart'];
  subsidies?: Subsidies;
  /** The merchant's first key; who opens a sandbox on the dashboard's page brings theirs later. */
  key?: MerchantKey;
};

/** Opens a sandbox with its merchant, the key that it signs with, two funders and two known shoppers. */
export async function openSandbox(
  context: Context,
  input: NewSandbox,
): Promise<{ sandboxId: string; merchant: Merchant; shoppers: TestPerson[] }> {
  const sandboxId = await createSandbox(context, { timeZone: input.timeZone, clockAt: input.clockAt });
  return transact(
    context,
    { environmentId: sandboxId, actor: { kind: 'system', id: 'open-sandbox' } },
    async (tx) => {
      const merchant = await createMerchant(tx, { ...input, payoutAccount: 'acct_test_merchant' });
      await openMerchantAccount(tx, {
        merchantId: merchant.id,
        holder: merchant.name,
        number: testBankNumber('pays', 0),
        bankName: testBank.name,
        payoutAccount: merchant.payoutAccount,
        provider: sandboxVerifier.name,
      });
      if (input.key) await registerKey(tx, { merchantId: merchant.id, key: input.key, scopes: keyScopes });
      const unit = 10n ** BigInt(digitsOf(input.currency));
      for (const funder of testFunders) {
        await createFunder(tx, {
          ...funder,
          capacity: funder.capacityUnits * unit,
          currency: input.currency,
        });
      }
      const shoppers = knownPersons.flatMap((label) => findTestPerson(label) ?? []);
      const today = dateIn(input.timeZone, tx.now);
      for (const person of shoppers) await makeKnownShopper(tx, person, today);
      return { sandboxId, merchant, shoppers };
    },
  );
}

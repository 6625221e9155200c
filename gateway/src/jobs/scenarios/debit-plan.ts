import { createHash } from 'node:crypto';
import { bindAccount } from '../../banking/bind-account.ts';
import { giveMandate, listMandates, prepareMandate } from '../../banking/mandates.ts';
import { mandateText } from '../../banking/mandate-texts.ts';
import type { BankAccount } from '../../banking/shopper-accounts.ts';
import type { AccountVerifier } from '../../banking/verifier-port.ts';
import { verifyAccount } from '../../banking/verify-account.ts';
import type { Context } from '../../context.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { type TestBankAccountName, testBankNumber } from '../../processor/test-bank-accounts.ts';
import { changePaymentMethod } from '../../repayments/methods.ts';
import { findPlan } from '../../repayments/plans.ts';
import { findIdentity } from '../../shoppers/identity.ts';

type InTx = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** A test account's number that no other shopper of the sandbox is likely to be shown. */
export function ownTestNumber(shopperId: string, name: TestBankAccountName): string {
  return testBankNumber(name, createHash('sha256').update(shopperId).digest().readUInt32BE(0));
}

/**
 * Lets a sandbox's plan be collected from a named test account of its shopper: bound, allowed to be debited and chosen, as
 * the account's pages do it. Safe to run again; not to be called in a transaction.
 *
 * @throws GatewayError `not_found`; `state_conflict` when the shopper's identity is not verified, or they have too many
 *   accounts.
 */
export async function debitPlan(
  context: Context,
  inTx: InTx,
  input: { planId: string; merchantId: string; name: TestBankAccountName; verifier: AccountVerifier },
): Promise<BankAccount> {
  const { planId, merchantId } = input;
  const { shopperId, holder } = await inTx(async (tx) => {
    const { shopperId: id } = await findPlan(tx, { planId, merchantId });
    return { shopperId: id as Id<'shp'>, holder: (await findIdentity(tx, id as Id<'shp'>))?.name };
  });
  if (holder === undefined) throw conflict('The identity of the shopper is not verified.');
  const number = ownTestNumber(shopperId, input.name);
  const checked = await verifyAccount(input.verifier, { holder, number });
  if (checked.outcome === 'refused') throw conflict(`The bank says ${checked.code}.`);
  const proof = 'test_person' as const;
  const bound = await inTx((tx) => bindAccount(tx, { shopperId, proof, account: checked.account }));
  if (bound.outcome === 'refused') throw conflict(`The account was not bound: ${bound.code}.`);
  const paymentMethodId = await allowDebits(context, inTx, { shopperId, account: bound.account });
  await inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));
  return bound.account;
}

async function allowDebits(
  context: Context,
  inTx: InTx,
  { shopperId, account }: { shopperId: Id<'shp'>; account: BankAccount },
): Promise<Id<'pm'>> {
  const given = await inTx((tx) => listMandates(tx, shopperId));
  const open = given.find(({ accountId, endedAt }) => accountId === account.id && endedAt === null);
  if (open) return open.paymentMethodId;
  const { hash: textHash } = mandateText('en', account);
  const asked = { shopperId, accountId: account.id, proof: 'test_person' as const, textHash };
  const toSave = await inTx((tx) => prepareMandate(tx, asked));
  const saved = await context.processorFor('sandbox').saveBankAccount({
    ...toSave,
    idempotencyKey: newId('req'),
    environmentId: await inTx((tx) => Promise.resolve(tx.environment.id)),
    accepted: { address: '192.0.2.1', userAgent: 'a test person' },
  });
  return (await inTx((tx) => giveMandate(tx, { ...asked, saved }))).paymentMethodId;
}

function conflict(detail: string): GatewayError {
  return new GatewayError('state_conflict', { detail });
}

import type { Tx } from '../../../lib/tx.ts';
import { missingConsents } from '../../../shoppers/consents.ts';
import { findIdentity } from '../../../shoppers/identity.ts';
import { listOutsideAccounts, type OutsideAccount } from '../../../shoppers/sign-in/outside-accounts.ts';
import { listShopperPasskeys, mostPasskeys, type OwnPasskey } from '../../../shoppers/sign-in/passkeys.ts';
import { ownPasskeyOptions } from '../../add-passkey.ts';
import type { PagesContext } from '../../context.ts';
import type { Page } from '../../send-page.tsx';
import { otherAddress } from '../../staff/other-address.ts';
import type { AccountInput } from '../view.tsx';
import { signingInView } from './view.tsx';

/** What the page of the ways to sign in is made from. */
export type SigningInFacts = {
  passkeys: OwnPasskey[];
  /** By their names for people. */
  accounts: (OutsideAccount & { name: string })[];
  /** What the browser is asked to make one more by; undefined before an identity check, and when there are enough. */
  options: object | undefined;
  /** Where browsers make passkeys, when that is not here. */
  elsewhere: string | undefined;
  isFull: boolean;
  verifiedName: string | undefined;
  consentsMissing: boolean;
};

/** The shopper's passkeys, and the way to one more. */
export async function showSigningIn(tx: Tx, input: AccountInput, context: PagesContext): Promise<Page> {
  const { visit, req } = input;
  const { shopper } = visit;
  const passkeys = await listShopperPasskeys(tx, shopper.id);
  const elsewhere = otherAddress(context, req);
  const isFull = passkeys.length >= mostPasskeys;
  const mayAdd = shopper.mayAddPasskey && elsewhere === undefined && !isFull;
  return signingInView(input, {
    passkeys,
    accounts: (await listOutsideAccounts(tx, shopper.id)).map((account) => ({
      ...account,
      name: account.issuer === context.outside?.issuer ? context.outside.name : account.issuer,
    })),
    options: mayAdd ? await ownPasskeyOptions(tx, context, visit) : undefined,
    elsewhere,
    isFull,
    verifiedName: (await findIdentity(tx, shopper.id))?.name,
    consentsMissing: (await missingConsents(tx, shopper.id)).length > 0,
  });
}

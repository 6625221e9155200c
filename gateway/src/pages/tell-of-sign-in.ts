import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { queueMessage } from '../notifications/messages.ts';
import { contactOf } from '../shoppers/profile.ts';
import type { SignInChange } from '../shoppers/sign-in/changes.ts';
import { accountPath } from './account/paths.ts';
import type { PagesContext } from './context.ts';

/** Tells a shopper, wherever we reach them, that the ways into their account changed: whoever it was, they hear of it. */
export async function tellOfSignIn(
  tx: Tx,
  { config }: Pick<PagesContext, 'config'>,
  shopperId: Id<'shp'>,
  change: SignInChange,
): Promise<void> {
  const { phone, mail, locale } = await contactOf(tx, shopperId);
  const link = `${config.origins.api}${accountPath(tx.environment)}/signing-in`;
  const message = { template: `sign_in_${change}`, data: { link }, locale, shopperId } as const;
  await queueMessage(tx, { ...message, channel: 'sms', recipient: phone });
  if (mail !== undefined) await queueMessage(tx, { ...message, channel: 'mail', recipient: mail });
}

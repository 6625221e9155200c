import type { Tx } from '../lib/tx.ts';
import { fundersOf } from '../plans/snapshot.ts';
import { consentsFor } from '../shoppers/agreed-texts.ts';
import { hashText, keepTexts } from '../shoppers/kept-texts.ts';
import type { Locale } from '../shoppers/profile.ts';
import type { CheckoutSession, SessionRow } from './sessions.ts';

/**
 * Notes to which texts the shopper agreed as they confirmed a session: the agreement as the page showed it, if one did,
 * and the consents that carry it. A confirmation that is repeated, as from a second tab, keeps what the first one read.
 */
export async function keepAgreed(
  tx: Tx,
  session: CheckoutSession,
  shown?: { text: string; locale: Locale },
): Promise<void> {
  const { confirmedOffer: snapshot, shopperId } = session;
  if (!snapshot || !shopperId) throw new Error(`session ${session.id} is not confirmed`);
  const consents = await consentsFor(tx, {
    shopperId,
    funderIds: fundersOf(snapshot).map(({ id }) => id),
  });
  const agreement = shown && {
    purpose: 'agreement',
    version: snapshot.terms_version,
    locale: shown.locale,
    text_hash: hashText(shown.text),
  };
  await keepTexts(tx, shown ? [shown.text] : []);
  await tx
    .sql<SessionRow>('checkout_sessions')
    .where({ environment_id: tx.environment.id, id: session.id })
    .whereRaw("agreed_texts = '[]'")
    .update({ agreed_texts: JSON.stringify([...(agreement ? [agreement] : []), ...consents]) as never });
}

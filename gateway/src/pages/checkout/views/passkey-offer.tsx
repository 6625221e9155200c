import type { VNode } from 'preact';
import { accountPath } from '../../account/paths.ts';
import { PasskeyForm } from '../../staff/passkey-form.tsx';
import type { PasskeyOffer } from '../passkey-offer.ts';
import type { ViewInput } from '../view.tsx';

/** A passkey for the next time; who has to prove who they are first does so in their account. */
export function PasskeyOfferCard({ input, offer }: { input: ViewInput; offer: PasskeyOffer }): VNode {
  const { visit, token } = input;
  const t = input.t.signingIn;
  return (
    <section class="card" aria-labelledby="passkey-heading">
      <h2 id="passkey-heading">{t.offerHeading}</h2>
      <p>{t.offer}</p>
      {offer.options ? (
        <PasskeyForm
          t={{ failed: t.notMade, noScript: t.noScript }}
          action={`${visit.path}/passkey/add`}
          token={token}
          ceremony="create"
          options={offer.options}
          button={t.add}
          isOptional
        />
      ) : (
        <p>
          <a href={`${accountPath(visit.environment)}/signing-in`}>{t.entryGo}</a>
        </p>
      )}
    </section>
  );
}

import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { OwnPasskey } from '../../../shoppers/sign-in/passkeys.ts';
import { maskPhone } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { PasskeyForm } from '../../staff/passkey-form.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { Prove } from '../views/prove.tsx';
import { signingInPath } from './actions.ts';
import type { SigningInFacts } from './show.ts';

type Props = { input: AccountInput; facts: SigningInFacts };

/** The ways into one's account: the phone, which stays, and the passkeys that were added. */
export function signingInView(input: AccountInput, facts: SigningInFacts): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].signingIn;
  const path = signingInPath(visit.place.path);
  const { elsewhere, isFull } = facts;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    asksPasskey: facts.options !== undefined,
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro(maskPhone(visit.shopper.phone))}>
        <Passkeys input={input} facts={facts} />
        {facts.accounts.length > 0 && <OutsideAccounts input={input} facts={facts} />}
        {elsewhere !== undefined && (
          <p class="hint">
            {t.elsewhere} <a href={elsewhere}>{elsewhere}</a>
          </p>
        )}
        {elsewhere === undefined && !isFull && !visit.shopper.mayAddPasskey && (
          <Prove input={input} action={`${path}/identity`} texts={t} facts={facts} />
        )}
        <p class="asides">
          <a href={`${visit.place.path}/you`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Passkeys({ input, facts }: Props): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].signingIn;
  const { passkeys, options, isFull } = facts;
  return (
    <section class="card" aria-labelledby="passkeys-heading">
      <h2 id="passkeys-heading">{t.passkeysHeading}</h2>
      <p class="hint">{t.passkeysHint}</p>
      {passkeys.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <ul class="plans">
          {passkeys.map((passkey) => (
            <PasskeyLine input={input} passkey={passkey} />
          ))}
        </ul>
      )}
      {isFull && <p>{t.full}</p>}
      {options && (
        <PasskeyForm
          t={{ failed: t.notMade, noScript: t.noScript }}
          action={`${signingInPath(visit.place.path)}/add`}
          token={token}
          ceremony="create"
          options={options}
          button={t.add}
        />
      )}
    </section>
  );
}

function OutsideAccounts({ input, facts }: Props): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].signingIn.outside;
  const { timeZone } = visit.environment;
  const day = (at: Date) => formatDate(visit.locale, dateIn(timeZone, at));
  return (
    <section class="card" aria-labelledby="outside-heading">
      <h2 id="outside-heading">{t.heading}</h2>
      <p class="hint">{t.hint}</p>
      <ul class="plans">
        {facts.accounts.map(({ issuer, name, linkedAt, usedAt }) => (
          <li>
            <h3>{name}</h3>
            <p class="meta">{t.linked(day(linkedAt), usedAt ? day(usedAt) : undefined)}</p>
            <PostForm action={`${signingInPath(visit.place.path)}/outside/remove`} token={token}>
              <input type="hidden" name="issuer" value={issuer} />
              <button class="link" type="submit" aria-label={t.removeNamed(name)}>
                {t.remove}
              </button>
            </PostForm>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A passkey with its name, to be changed, and the way to remove it. */
function PasskeyLine({ input, passkey }: { input: AccountInput; passkey: OwnPasskey }): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].signingIn;
  const { timeZone } = visit.environment;
  const path = signingInPath(visit.place.path);
  const day = (at: Date) => formatDate(visit.locale, dateIn(timeZone, at));
  const { id, name, createdAt, usedAt } = passkey;
  const shown = name ?? t.unnamed(day(createdAt));
  const field = `name-${id.slice(0, 12)}`;
  return (
    <li>
      <h3 dir="auto">{shown}</h3>
      <p class="meta">{t.made(day(createdAt), usedAt ? day(usedAt) : undefined)}</p>
      <details>
        <summary>{t.change}</summary>
        <PostForm action={`${path}/name`} token={token} class="choice">
          <input type="hidden" name="passkey" value={id} />
          <div class="field">
            <label for={field}>{t.name}</label>
            <input
              type="text"
              id={field}
              name="name"
              maxlength={40}
              autocomplete="off"
              value={name ?? ''}
              dir="auto"
            />
          </div>
          <button class="button quiet" type="submit">
            {t.nameButton}
          </button>
        </PostForm>
        <PostForm action={`${path}/remove`} token={token}>
          <input type="hidden" name="passkey" value={id} />
          <button class="link" type="submit" aria-label={t.removeNamed(shown)}>
            {t.remove}
          </button>
        </PostForm>
      </details>
    </li>
  );
}

import type { VNode } from 'preact';
import type { Funder } from '../../../credit/funders.ts';
import type { CalendarDate } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { Consent } from '../../../shoppers/consents.ts';
import { type ConsentText, consentTexts, evidenceTexts } from '../../../shoppers/consent-texts.ts';
import { type Locale, locales } from '../../../shoppers/profile.ts';
import { maskPhone } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { BankEntry } from '../bank-accounts/view.tsx';
import { DataEntry } from '../data/view.tsx';
import { MessagesEntry } from '../messages/page.tsx';
import { TimeZoneSection } from '../late/time-zone.tsx';
import { SigningInEntry } from '../signing-in/entry.tsx';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';

/** A consent with the day of its giving in the environment's calendar, and the funder that it is about. */
export type GivenConsent = Consent & {
  givenOn: CalendarDate;
  withdrawnOn: CalendarDate | undefined;
  funder: Funder | undefined;
};

/** Who is signed in, every consent with the text that was read, and the way out. */
export function youView(
  input: AccountInput,
  { consents, timeZone }: { consents: GivenConsent[]; timeZone: string | undefined },
): Page {
  const { t, visit, token } = input;
  const { place, shopper } = visit;
  return {
    title: t.you.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} tab="you" title={t.you.title} intro={t.you.phone(maskPhone(shopper.phone))}>
        <section class="card" aria-labelledby="consents-heading">
          <h2 id="consents-heading">{t.you.consentsHeading}</h2>
          {consents.length === 0 && <p>{t.you.consentsNone}</p>}
          {consents.map((consent) => (
            <ConsentRead input={input} consent={consent} />
          ))}
        </section>
        <MessagesEntry input={input} />
        <SigningInEntry input={input} />
        <BankEntry input={input} />
        <TimeZoneSection input={input} timeZone={timeZone} />
        <DataEntry input={input} />
        <section class="card" aria-labelledby="out-heading">
          <h2 id="out-heading">{t.you.signOutHeading}</h2>
          <p class="hint" id="everywhere-hint">
            {t.you.everywhereHint}
          </p>
          <PostForm action={`${place.path}/sign-out/everywhere`} token={token}>
            <button class="button quiet" type="submit" aria-describedby="everywhere-hint">
              {t.you.everywhere}
            </button>
          </PostForm>
        </section>
      </AccountFrame>
    ),
  };
}

function ConsentRead({ input, consent }: { input: AccountInput; consent: GivenConsent }): VNode {
  const { t, visit } = input;
  const read = textRead(consent);
  return (
    <div class="consent">
      <h3>{titleOf(input, consent, read)}</h3>
      <p class="meta">{t.you.givenOn(formatDate(visit.locale, consent.givenOn), consent.version)}</p>
      {consent.withdrawnOn && (
        <p class="meta">{t.you.withdrawnOn(formatDate(visit.locale, consent.withdrawnOn))}</p>
      )}
      {read && <p lang={read.locale}>{read.text.body}</p>}
      <p class="fingerprint">
        {t.you.fingerprint}
        <code>{consent.textHash}</code>
      </p>
    </div>
  );
}

function titleOf(
  { t }: AccountInput,
  { purpose, funder }: GivenConsent,
  read: ReturnType<typeof textRead>,
): string {
  if (purpose === 'terms' || purpose === 'score' || purpose === 'identity') return t.you.purposes[purpose];
  return funder ? t.you.purposes.funder(funder.name) : (read?.text.title ?? purpose);
}

/** The very text that was agreed to, by its hash, in the language that it was read in; texts of old versions are not kept. */
function textRead({ textHash, funder }: GivenConsent): { locale: Locale; text: ConsentText } | undefined {
  for (const locale of locales) {
    const texts = [...consentTexts({ locale, ...(funder && { funder }) }), ...evidenceTexts(locale)];
    const text = texts.find((candidate) => candidate.textHash === textHash);
    if (text) return { locale, text };
  }
  return undefined;
}

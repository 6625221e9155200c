import type { VNode } from 'preact';
import { disclosureOf } from '../../plans/agreed-disclosure.ts';
import { hashSnapshot, type PlanSnapshot } from '../../plans/snapshot.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';
import { agreementSections } from './agreement-words.ts';
import { DisclosureBlock } from './disclosure.tsx';

/** The block to be read before consent, the whole text of an agreement, and the hash of what is agreed to. */
export function AgreementText({ locale, snapshot }: { locale: Locale; snapshot: PlanSnapshot }): VNode {
  const t = textsOf[locale].agreement;
  const disclosure = disclosureOf(snapshot);
  return (
    <>
      {disclosure && <DisclosureBlock locale={locale} disclosure={disclosure} />}
      <article class="card agreement" aria-labelledby="agreement-heading">
        <h2 id="agreement-heading">{t.textHeading}</h2>
        {agreementSections(locale, snapshot).map(({ heading, paragraphs }) => (
          <section>
            <h3>{heading}</h3>
            {paragraphs.map((paragraph) => (
              <p>{paragraph}</p>
            ))}
          </section>
        ))}
        <p class="fingerprint">
          {t.fingerprint}
          <code>{hashSnapshot(snapshot)}</code>
        </p>
      </article>
    </>
  );
}

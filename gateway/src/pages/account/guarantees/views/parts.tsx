import type { VNode } from 'preact';
import { hashGuaranteeTerms, type GuaranteeTerms } from '../../../../credit/guarantees/terms.ts';
import { LinePicture } from '../../../parts/line-picture.tsx';
import { textsOf } from '../../../texts/language.ts';
import type { AccountInput } from '../../view.tsx';
import type { Seen } from '../facts.ts';
import { guaranteeSections } from '../words.ts';

/** The whole text of a guarantee, and the hash of what is agreed to. */
export function GuaranteeText({ input, terms }: { input: AccountInput; terms: GuaranteeTerms }): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].guarantees;
  return (
    <article class="card agreement" aria-labelledby="agreement-heading">
      <h2 id="agreement-heading">{t.readHeading}</h2>
      {guaranteeSections(locale, terms).map(({ heading, paragraphs }) => (
        <section>
          <h3>{heading}</h3>
          {paragraphs.map((paragraph) => (
            <p>{paragraph}</p>
          ))}
        </section>
      ))}
      <p class="fingerprint">
        {t.fingerprint}
        <code>{hashGuaranteeTerms(terms)}</code>
      </p>
    </article>
  );
}

/** What of the amount that is vouched for was paid, is in use and is free, as a picture and in figures. */
export function Exposure({ input, seen }: { input: AccountInput; seen: Omit<Seen, 'phone'> }): VNode {
  const { guarantee, paid, inUse, free } = seen;
  const t = textsOf[input.visit.locale].guarantees;
  const money = (amount: bigint): string => input.money(amount, guarantee.currency);
  const rows = [
    { label: t.paid, amount: paid, mark: 'used' },
    { label: t.inUse, amount: inUse, mark: 'held' },
    { label: t.free, amount: free, mark: 'free' },
    { label: t.cap, amount: guarantee.cap, mark: undefined },
  ];
  return (
    <>
      <LinePicture title={t.picture} used={paid} held={inUse} available={guarantee.cap - paid - inUse} />
      <dl class="facts">
        {rows.map(({ label, amount, mark }) => (
          <div>
            <dt class={mark && `marked ${mark}`}>{label}</dt>
            <dd>{money(amount)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t.inUseHint}</p>
    </>
  );
}

/** What vouching can cost: nothing, or all of it; and what it takes off the own limit. */
export function Cost(props: { input: AccountInput; cap: bigint; currency: string }): VNode {
  const { input, cap, currency } = props;
  const t = textsOf[input.visit.locale].guarantees;
  const amount = input.money(cap, currency);
  return (
    <section class="card" aria-labelledby="cost-heading">
      <h2 id="cost-heading">{t.costHeading}</h2>
      <p>{t.cost(amount)}</p>
      <p>{t.setAside(amount)}</p>
    </section>
  );
}

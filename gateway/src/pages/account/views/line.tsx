import type { VNode } from 'preact';
import { LinePicture } from '../../parts/line-picture.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { Standing } from './score.tsx';

/** What of the limit in one currency is used and held, and what can still be bought for. */
export function LineSection({ input, standing }: { input: AccountInput; standing: Standing }): VNode {
  const { t, visit, money } = input;
  const { currency, limit, used, held, guaranteed, pledged, available, suspended } = standing;
  const vouched = textsOf[visit.locale].guarantees;
  const heading = `line-${currency}`;
  const rows = [
    { label: t.score.used, amount: used, mark: 'used' },
    { label: t.score.held, amount: held, mark: 'held' },
    { label: t.score.available, amount: available, mark: 'free' },
    { label: textsOf[visit.locale].score.limit, amount: limit, mark: undefined },
    ...(guaranteed > 0n ? [{ label: vouched.lineGuaranteed, amount: guaranteed, mark: undefined }] : []),
    ...(pledged > 0n ? [{ label: vouched.linePledged, amount: pledged, mark: undefined }] : []),
  ];
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{t.overview.lineHeading}</h2>
      {suspended && <p class="notice">{t.score.suspended}</p>}
      <LinePicture title={t.overview.linePicture} used={used} held={held} available={available} />
      <dl class="facts">
        {rows.map(({ label, amount, mark }) => (
          <div>
            <dt class={mark && `marked ${mark}`}>{label}</dt>
            <dd>{money(amount, currency)}</dd>
          </div>
        ))}
      </dl>
      <p>
        <a href={`${visit.place.path}/score`}>{t.overview.lineLink}</a>
      </p>
      <p>
        <a href={`${visit.place.path}/limits`}>{textsOf[visit.locale].limits.link}</a>
      </p>
    </section>
  );
}

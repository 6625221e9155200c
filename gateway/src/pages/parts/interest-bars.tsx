import type { VNode } from 'preact';
import { formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatShortMonth } from '../format.ts';
import { textsOf } from '../texts/language.ts';
import type { Payments } from './payments.tsx';

const width = 340;
const baseline = 104;
const tallest = 68;
const margin = 10;
const widestBar = 30;
/** Between what is principal and what is interest, so that the two are not told apart by colour alone. */
const seam = 2;

/**
 * The payments of a plan by the month, one bar each: below what pays the debt off, above it what is interest. Only the
 * first and the last bar are labelled. The table beside it says the same in words, so a reader who does not see the picture
 * is told its title only.
 */
export function InterestBars(props: { locale: Locale; payments: Payments; title: string }): VNode {
  const { locale, payments, title } = props;
  const t = textsOf[locale].offers;
  const { installments, currency } = payments;
  const step = (width - 2 * margin) / installments.length;
  const barWidth = Math.min(widestBar, step * 0.72);
  const most = installments.reduce((max, { amount }) => (amount > max ? amount : max), 1n);
  const heightOf = (amount: bigint) => Number((amount * BigInt(tallest * 100)) / most) / 100;
  const ends = [...new Set([0, installments.length - 1])];
  return (
    <figure class="interest-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {installments.map(({ principal, interest }, index) => (
          <Bar
            x={margin + (index + 0.5) * step - barWidth / 2}
            width={barWidth}
            principal={heightOf(principal)}
            interest={heightOf(interest)}
          />
        ))}
        {ends.map((index) => {
          const item = installments[index];
          const isFirst = index === 0;
          const x = isFirst ? margin : width - margin;
          return (
            item && (
              <g class={isFirst ? 'begin' : 'finish'}>
                <text class="amount" x={x} y="14">
                  {formatMoney(locale, { amount: item.amount, currency })}
                </text>
                <text class="date" x={x} y="123">
                  {formatShortMonth(locale, item.date)}
                </text>
              </g>
            )
          );
        })}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="dot">{t.principal}</li>
        <li class="interest">{t.interest}</li>
      </ul>
    </figure>
  );
}

function Bar(props: { x: number; width: number; principal: number; interest: number }): VNode {
  const { x, width, principal, interest } = props;
  const top = baseline - principal;
  return (
    <g>
      <rect class="bar" x={x} y={top} width={width} height={principal} />
      {interest > 0 && (
        <rect
          class="bar interest"
          x={x}
          y={top - seam - interest}
          width={width}
          height={Math.max(1, interest)}
        />
      )}
    </g>
  );
}

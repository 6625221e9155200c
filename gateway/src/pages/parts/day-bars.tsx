import type { VNode } from 'preact';
import type { DayOfDecisions } from '../../pay-score/review/count-decisions.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatShortDate } from '../format.ts';

const width = 340;
const baseline = 104;
const tallest = 84;
const margin = 10;
/** Between the two parts of a bar, so that they are not told apart by colour alone. */
const seam = 2;

/** Decisions by day: below the approved, above them the declined. The table beside it says the same in words. */
export function DayBars(props: {
  locale: Locale;
  days: readonly DayOfDecisions[];
  title: string;
  approved: string;
  declined: string;
}): VNode {
  const { locale, days, title } = props;
  const most = Math.max(1, ...days.map(({ approved, declined }) => approved + declined));
  const step = (width - 2 * margin) / days.length;
  const heightOf = (count: number) => (count * tallest) / most;
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure class="stacked-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {days.map(({ approved, declined }, index) => {
          const x = margin + (index + 0.14) * step;
          const top = baseline - heightOf(approved);
          return (
            <g>
              {approved > 0 && (
                <rect class="bar" x={x} y={top} width={step * 0.72} height={heightOf(approved)} />
              )}
              {declined > 0 && (
                <rect
                  class="bar fee"
                  x={x}
                  y={top - heightOf(declined) - (approved > 0 ? seam : 0)}
                  width={step * 0.72}
                  height={heightOf(declined)}
                />
              )}
            </g>
          );
        })}
        {first && (
          <g class="begin">
            <text class="date" x={margin} y="122">
              {formatShortDate(locale, first.date)}
            </text>
          </g>
        )}
        {last && (
          <g class="finish">
            <text class="date" x={width - margin} y="122">
              {formatShortDate(locale, last.date)}
            </text>
          </g>
        )}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="principal">{props.approved}</li>
        <li class="fee">{props.declined}</li>
      </ul>
    </figure>
  );
}

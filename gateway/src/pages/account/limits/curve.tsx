import type { VNode } from 'preact';
import { type CalendarDate, daysBetween } from '../../../lib/dates.ts';
import { formatPercent } from '../../../notifications/format.ts';
import type { Terms } from '../../../standing/limit-policy.ts';
import { formatShortMonth } from '../../format.ts';
import type { AccountInput } from '../view.tsx';

const width = 340;
const margin = 10;
/** Where the two curves lie, the limit's above the price's. */
const panels = {
  limit: { top: 26, bottom: 92 },
  price: { top: 128, bottom: 168 },
};

type Step = Terms & { on: CalendarDate };

/**
 * Limit and price as steps over time, each on its own scale from nothing upwards. The first and the present value are
 * labelled; the table beside it says everything.
 */
export function TermsCurve(props: {
  input: AccountInput;
  title: string;
  labels: { limit: string; price: string };
  currency: string;
  steps: Step[];
  today: CalendarDate;
}): VNode {
  const { input, title, labels, currency, steps, today } = props;
  const { locale } = input.visit;
  const limits = steps.map(({ on, limit }) => ({
    on,
    value: Number(limit),
    said: input.money(limit, currency),
  }));
  const prices = steps.map(({ on, annualRatePpm }) => ({
    on,
    value: annualRatePpm,
    said: formatPercent(locale, annualRatePpm / 10_000),
  }));
  const [first] = steps;
  return (
    <figure class="terms-curve">
      <svg class="calendar" viewBox={`0 0 ${width} 188`} role="img" aria-label={title}>
        <Curve kind="limit" label={labels.limit} points={limits} today={today} />
        <Curve kind="price" label={labels.price} points={prices} today={today} />
        <line class="axis" x1={margin} x2={width - margin} y1="172" y2="172" />
        <g class="begin">
          <text x={margin} y="186">
            {first && formatShortMonth(locale, first.on)}
          </text>
        </g>
        <g class="finish">
          <text x={width - margin} y="186">
            {formatShortMonth(locale, today)}
          </text>
        </g>
      </svg>
    </figure>
  );
}

function Curve(props: {
  kind: keyof typeof panels;
  label: string;
  points: { on: CalendarDate; value: number; said: string }[];
  today: CalendarDate;
}): VNode | null {
  const { kind, label, points, today } = props;
  const { top, bottom } = panels[kind];
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  const days = Math.max(1, daysBetween(first.on, today));
  const most = Math.max(1, ...points.map(({ value }) => value));
  const x = (on: CalendarDate): number => margin + (daysBetween(first.on, on) / days) * (width - 2 * margin);
  const y = (value: number): number => bottom - (value / most) * (bottom - top);
  const path = points
    .map(({ on, value }, index) => (index === 0 ? `M${margin} ${y(value)}` : `H${x(on)}V${y(value)}`))
    .join('');
  return (
    <g class={kind}>
      <path class="curve" d={`${path}H${width - margin}`} />
      <g class="begin">
        <text x={margin} y={top - 12}>
          {points.length > 1 ? `${label} ${first.said}` : label}
        </text>
      </g>
      <g class="finish">
        <text class="amount" x={width - margin} y={top - 12}>
          {last.said}
        </text>
      </g>
    </g>
  );
}

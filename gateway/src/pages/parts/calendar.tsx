import type { VNode } from 'preact';
import { type CalendarDate, daysBetween } from '../../lib/dates.ts';
import { formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatShortDate } from '../format.ts';
import { textsOf } from '../texts/language.ts';
import type { Payments } from './payments.tsx';

type Bar = { x: number; height: number; amount: bigint; date: CalendarDate; isDown: boolean };

const width = 340;
const baseline = 84;
const tallest = 52;
const margin = 42;
const barWidth = 30;

/**
 * The payments of a plan as bars on a line of time, from the day of the offer on. The table beside it says the same in words, so a
 * reader who does not see the picture is told its title only.
 */
export function PaymentCalendar(props: {
  locale: Locale;
  payments: Payments;
  /** The day of the offer; an agreement may be looked at on a later one, when this is not today any more. */
  from: CalendarDate;
  isAgreed: boolean;
  title: string;
}): VNode {
  const { locale, payments, from, isAgreed, title } = props;
  const bars = barsOf(props);
  const label = (date: CalendarDate) =>
    date === from && !isAgreed ? textsOf[locale].offers.today : formatShortDate(locale, date);
  return (
    <svg class="calendar" viewBox={`0 0 ${width} 112`} role="img" aria-label={title}>
      <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
      {bars[0]?.x !== margin && (
        <g>
          <circle class="today" cx={margin} cy={baseline} r="4" />
          <text class="date" x={margin} y="103">
            {label(from)}
          </text>
        </g>
      )}
      {bars.map(({ x, height, amount, date, isDown }) => (
        <g>
          <rect
            class={isDown ? 'bar down' : 'bar'}
            x={x - barWidth / 2}
            y={baseline - height}
            width={barWidth}
            height={height}
            rx="5"
          />
          <text class="amount" x={x} y={baseline - height - 8}>
            {formatMoney(locale, { amount, currency: payments.currency })}
          </text>
          <text class="date" x={x} y="103">
            {label(date)}
          </text>
        </g>
      ))}
    </svg>
  );
}

function barsOf({ payments, from }: { payments: Payments; from: CalendarDate }): Bar[] {
  const { downPayment, installments } = payments;
  const items = [
    ...(downPayment > 0n ? [{ date: from, amount: downPayment, isDown: true }] : []),
    ...installments.map(({ date, amount }) => ({ date, amount, isDown: false })),
  ];
  const days = Math.max(1, daysBetween(from, items.at(-1)?.date ?? from));
  const most = items.reduce((max, { amount }) => (amount > max ? amount : max), 1n);
  return items.map(({ date, amount, isDown }) => ({
    x: margin + (Math.max(0, daysBetween(from, date)) / days) * (width - 2 * margin),
    height: Math.max(4, Number((amount * BigInt(tallest)) / most)),
    amount,
    date,
    isDown,
  }));
}

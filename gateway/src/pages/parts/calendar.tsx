import type { VNode } from 'preact';
import { type CalendarDate, daysBetween } from '../../lib/dates.ts';
import { formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatShortDate } from '../format.ts';
import { textsOf } from '../texts/language.ts';
import type { Payments } from './payments.tsx';

type Bar = { x: number; height: number; amount: bigint; label: string; isDown: boolean };

const width = 340;
const baseline = 84;
const tallest = 52;
const margin = 42;
const barWidth = 30;

/**
 * The payments of a plan as bars on a line of time, from today on. The table beside it says the same in words, so a
 * reader who does not see the picture is told its title only.
 */
export function PaymentCalendar(props: {
  locale: Locale;
  payments: Payments;
  today: CalendarDate;
  title: string;
}): VNode {
  const { locale, payments, today, title } = props;
  const bars = barsOf(props);
  return (
    <svg class="calendar" viewBox={`0 0 ${width} 112`} role="img" aria-label={title}>
      <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
      {bars[0]?.x !== margin && (
        <g>
          <circle class="today" cx={margin} cy={baseline} r="4" />
          <text class="date" x={margin} y="103">
            {textsOf[locale].offers.today}
          </text>
        </g>
      )}
      {bars.map(({ x, height, amount, label, isDown }) => (
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
            {label === today ? textsOf[locale].offers.today : formatShortDate(locale, label)}
          </text>
        </g>
      ))}
    </svg>
  );
}

function barsOf({ payments, today }: { payments: Payments; today: CalendarDate }): Bar[] {
  const { downPayment, installments } = payments;
  const items = [
    ...(downPayment > 0n ? [{ date: today, amount: downPayment, isDown: true }] : []),
    ...installments.map(({ date, amount }) => ({ date, amount, isDown: false })),
  ];
  const days = Math.max(1, daysBetween(today, items.at(-1)?.date ?? today));
  const most = items.reduce((max, { amount }) => (amount > max ? amount : max), 1n);
  return items.map(({ date, amount, isDown }) => ({
    x: margin + (Math.max(0, daysBetween(today, date)) / days) * (width - 2 * margin),
    height: Math.max(4, Number((amount * BigInt(tallest)) / most)),
    amount,
    label: date,
    isDown,
  }));
}

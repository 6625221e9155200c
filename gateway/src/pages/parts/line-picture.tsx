import type { VNode } from 'preact';
import { maxOf } from '../../lib/money.ts';

const width = 320;

/**
 * How much of a credit line is used, held for orders that have not shipped, and available; minor units. What is beside it
 * says the same in words.
 */
export function LinePicture(props: { title: string; used: bigint; held: bigint; available: bigint }): VNode {
  const { title, used, held, available } = props;
  const whole = maxOf(1n, used + held + available);
  const widthOf = (amount: bigint): number => Number((amount * BigInt(width * 100)) / whole) / 100;
  return (
    <svg class="line-picture" viewBox={`0 0 ${width} 20`} role="img" aria-label={title}>
      <rect class="free" x="0" y="2" width={width} height="16" rx="5" />
      {held > 0n && (
        <rect class="held" x={widthOf(used)} y="2" width={Math.max(2, widthOf(held))} height="16" />
      )}
      {used > 0n && <rect class="used" x="0" y="2" width={Math.max(2, widthOf(used))} height="16" rx="3" />}
    </svg>
  );
}

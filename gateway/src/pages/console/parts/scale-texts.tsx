import type { VNode } from 'preact';

/** `most` is the value at the upper end of the scale; the others stand at the ends of the scale and of the axis. */
export type Ends = { most: number; lowest: string; highest: string; from: string; to: string };

/** What stands at the ends of a chart's scale and of its axis, between these places. */
export function ScaleTexts(props: {
  ends: Ends;
  left: number;
  right: number;
  top: number;
  baseline: number;
}): VNode {
  const { ends, left, right, top, baseline } = props;
  return (
    <>
      <g class="finish">
        <text x={left - 4} y={top + 4}>
          {ends.highest}
        </text>
        <text x={left - 4} y={baseline + 4}>
          {ends.lowest}
        </text>
        <text x={right} y="143">
          {ends.to}
        </text>
      </g>
      <g class="begin">
        <text x={left} y="143">
          {ends.from}
        </text>
      </g>
    </>
  );
}

import type { VNode } from 'preact';
import { mostText } from '../../cases/words.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { aboutField } from './form.tsx';

/** Where somebody writes a message of a case, whichever side they are on; the form posts it as `text`. */
export function MessageText(props: {
  label: string;
  hint: string;
  rows: number;
  value: string;
  notice?: NoticeText | undefined;
}): VNode {
  const { label, hint, rows, value, notice } = props;
  return (
    <div class="field">
      <label for="text">{label}</label>
      <p class="hint" id="text-hint">
        {hint}
      </p>
      <textarea
        id="text"
        name="text"
        rows={rows}
        maxlength={mostText}
        required
        dir="auto"
        {...aboutField('text', notice)}
      >
        {value}
      </textarea>
    </div>
  );
}

import type { VNode } from 'preact';
import { mostText } from '../../cases/words.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { aboutField } from './form.tsx';

/**
 * Where somebody writes what another person is to read: by default a message of a case, posted as `text`. Several on a page
 * have an `id` each. It is written in the direction of its own language.
 */
export function MessageText(props: {
  label: string;
  hint: string;
  rows: number;
  name?: string;
  id?: string;
  maxlength?: number;
  value?: string;
  notice?: NoticeText | undefined;
}): VNode {
  const { label, hint, rows, name = 'text', id = name, maxlength = mostText, value = '', notice } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <textarea
        id={id}
        name={name}
        rows={rows}
        maxlength={maxlength}
        required
        dir="auto"
        {...aboutField(id, notice)}
      >
        {value}
      </textarea>
    </div>
  );
}

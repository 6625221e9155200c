import type { VNode } from 'preact';

/** Where an operator writes why; the form posts it as `note`. Several on a page have an `id` each. */
export function NoteField(props: {
  label: string;
  hint: string;
  rows: number;
  maxlength: number;
  id?: string;
}): VNode {
  const { label, hint, rows, maxlength, id = 'note' } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <textarea
        id={id}
        name="note"
        rows={rows}
        maxlength={maxlength}
        required
        aria-describedby={`${id}-hint`}
      />
    </div>
  );
}

import type { VNode } from 'preact';
import { MessageText } from '../../parts/message-text.tsx';
import type { DashboardInput } from '../input.ts';

/** What a member writes, and who reads it. */
export function MessageFields(props: {
  input: DashboardInput;
  formKey: string;
  readers: 'merchant' | 'all';
  text?: string;
}): VNode {
  const { input, formKey, readers, text = '' } = props;
  const t = input.t.cases;
  return (
    <>
      <input type="hidden" name="form_key" value={formKey} />
      <MessageText label={t.textLabel} hint={t.textHint} rows={6} value={text} />
      <fieldset class="card methods">
        <legend>{t.readersLabel}</legend>
        {(['merchant', 'all'] as const).map((value) => (
          <label class="method">
            <input type="radio" name="readers" value={value} checked={value === readers} />
            <span>{t.readers[value]}</span>
          </label>
        ))}
      </fieldset>
      <button class="button" type="submit">
        {t.send}
      </button>
    </>
  );
}

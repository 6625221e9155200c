import type { VNode } from 'preact';
import { mostText } from '../../../cases/words.ts';
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
      <div class="field">
        <label for="text">{t.textLabel}</label>
        <p class="hint" id="text-hint">
          {t.textHint}
        </p>
        <textarea
          id="text"
          name="text"
          rows={6}
          maxlength={mostText}
          required
          dir="auto"
          aria-describedby="text-hint"
        >
          {text}
        </textarea>
      </div>
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

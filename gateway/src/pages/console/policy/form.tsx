import type { VNode } from 'preact';
import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { type PolicyField, policyFields } from '../../../pay-score/policy-changes/faults.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { type WrittenPolicy, writePolicy } from './fields.ts';

/** Every figure as a field. Looking what it would do changes nothing, so it is sent with the address. */
export function ProposeForm(props: {
  input: ConsoleInput;
  written: WrittenPolicy;
  malformed?: readonly PolicyField[];
}): VNode {
  const { input, written, malformed = [] } = props;
  const t = input.t.policy;
  return (
    <form method="get" action={`${consolePath(input.visit.environment.id, 'policy')}/preview`} class="step">
      {policyFields.map((name) => (
        <div class="field">
          <label for={name}>{t.fields[name].label}</label>
          <p class="hint" id={`${name}-hint`}>
            {t.fields[name].hint}
          </p>
          <input
            type="text"
            id={name}
            name={name}
            value={written[name]}
            maxlength={200}
            autocomplete="off"
            spellcheck={false}
            required
            aria-describedby={`${name}-hint`}
            aria-invalid={malformed.includes(name) ? 'true' : undefined}
          />
        </div>
      ))}
      <button class="button" type="submit">
        {t.preview}
      </button>
    </form>
  );
}

/** What of a policy is not as it is now. */
export function Changed(props: { input: ConsoleInput; from: TermsPolicy; to: TermsPolicy }): VNode {
  const { input, from, to } = props;
  const t = input.t.policy;
  const [now, then] = [writePolicy(from), writePolicy(to)];
  const spaced = (text: string) => text.replaceAll(',', ', ');
  return (
    <DataTable
      caption={t.previewTitle}
      columns={[{ label: t.figure }, { label: t.now }, { label: t.proposal }]}
      rows={policyFields
        .filter((name) => now[name] !== then[name])
        .map((name) => [t.fields[name].label, spaced(now[name]), spaced(then[name])])}
    />
  );
}

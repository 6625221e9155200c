import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { policyFields } from '../../../pay-score/policy-changes/faults.ts';
import { longestPolicyNote } from '../../../pay-score/policy-changes/propose.ts';
import { policyOf } from '../../../pay-score/policy-in-force.ts';
import { PostForm } from '../../parts/form.tsx';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { consolePath } from '../paths.ts';
import { Effect, readEffect, type ShownEffect } from './effect.tsx';
import { readPolicy, type WrittenPolicy, writePolicy } from './fields.ts';
import { Changed, ProposeForm } from './form.tsx';

/** What other figures would do; proposed only from here, so that nobody proposes what they have not seen. */
export async function previewPolicy(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.policy;
  const inForce = await policyOf(tx);
  const written = Object.fromEntries(
    policyFields.map((name) => [name, queryOf(input.req, name)]),
  ) as WrittenPolicy;
  const read = readPolicy(written);
  const malformed = 'malformed' in read ? read.malformed : [];
  const policy = 'policy' in read ? { ...read.policy, version: inForce.version } : undefined;
  const isSame =
    policy !== undefined && JSON.stringify(writePolicy(policy)) === JSON.stringify(writePolicy(inForce));
  const effect = policy && !isSame ? await readEffect(tx, inForce, policy) : undefined;
  return {
    title: t.previewTitle,
    wide: true,
    hasProblem: malformed.length > 0 || hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="policy" title={t.previewTitle}>
        {malformed.map((name) => (
          <p class="notice" role="alert">
            <a href={`#${name}`}>{t.malformed(t.fields[name].label)}</a>
          </p>
        ))}
        {isSame && <p>{t.same}</p>}
        {policy && !isSame && (
          <Preview input={input} from={inForce} to={policy} written={written} effect={effect} />
        )}
        <details class="card" open={malformed.length > 0 || isSame}>
          <summary>{t.propose}</summary>
          <ProposeForm input={input} written={written} malformed={malformed} />
        </details>
        <p class="asides">
          <a href={consolePath(input.visit.environment.id, 'policy')}>{t.back}</a>
        </p>
      </ConsoleFrame>
    ),
  };
}

function Preview(props: {
  input: ConsoleInput;
  from: TermsPolicy;
  to: TermsPolicy;
  written: WrittenPolicy;
  effect: ShownEffect | undefined;
}): VNode {
  const { input, from, to, written, effect } = props;
  const t = input.t.policy;
  return (
    <section class="card" aria-labelledby="then-heading">
      <h2 id="then-heading">{t.proposal}</h2>
      <Changed input={input} from={from} to={to} />
      <Effect input={input} effect={effect} />
      <PostForm
        action={`${consolePath(input.visit.environment.id, 'policy')}/propose`}
        token={input.token}
        class="step"
      >
        {policyFields.map((name) => (
          <input type="hidden" name={name} value={written[name]} />
        ))}
        <MessageText name="note" label={t.note} hint={t.noteHint} rows={3} maxlength={longestPolicyNote} />
        <button class="button" type="submit">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}

import type { VNode } from 'preact';
import type { KeySource } from '../../../merchants/key-source.ts';
import { keyScopes } from '../../../merchants/keys.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { Boxes, Field } from '../developers/field.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

/** Where the merchant publishes keys itself, with the forms that set and end it. */
export function Source(props: {
  input: DashboardInput;
  source: KeySource | undefined;
  form: RefusedForm | undefined;
}): VNode {
  const { input, source, form } = props;
  const t = input.t.keys;
  const path = dashboardPath('keys');
  return (
    <section class="card" aria-labelledby="source-heading">
      <h2 id="source-heading">{t.source}</h2>
      <p class="hint">{t.sourceHint}</p>
      {source && (
        <>
          <Facts
            facts={[
              [t.sourceUrl, <code>{source.jwksUrl}</code>],
              [t.sourceScopes, source.scopes.join(', ')],
            ]}
          />
          <p class="hint">{t.sourceSince(instantsOf(input)(source.setAt))}</p>
          <PostForm action={path} token={input.token}>
            <input type="hidden" name="step" value="end_source" />
            <button class="link" type="submit">
              {t.sourceEnd}
            </button>
          </PostForm>
        </>
      )}
      <PostForm action={path} token={input.token} class="step">
        <input type="hidden" name="step" value="set_source" />
        <Field
          id="jwks_url"
          label={t.sourceUrl}
          hint={t.sourceUrlHint}
          value={form?.values('jwks_url')[0] ?? source?.jwksUrl}
          maxlength={2048}
        />
        <Boxes
          name="source_scopes"
          legend={t.sourceScopes}
          chosen={form?.values('source_scopes') ?? source?.scopes ?? []}
          options={keyScopes.map((scope) => [scope, t.scopeNames[scope]])}
        />
        <button class="button" type="submit">
          {t.sourceSave}
        </button>
      </PostForm>
    </section>
  );
}

/** An instant as this member reads it. */
export function instantsOf({ visit }: DashboardInput): (instant: Date) => string {
  return (instant) => formatInstant(visit.locale, instant, visit.environment.timeZone);
}

import type { VNode } from 'preact';
import type { Business } from '../../../onboarding/businesses.ts';
import { fixedFields } from '../../../onboarding/change.ts';
import {
  type BusinessField,
  type FieldFault,
  personalFields,
  plainFields,
} from '../../../onboarding/details.ts';
import { PostForm } from '../../parts/form.tsx';
import { Choice, Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { detailParts } from './facts.tsx';

type Value = (field: BusinessField) => string;

/** The form of business details, which may be saved unfinished. A live merchant's asks for what it may change, and is sent. */
export function DetailsForm(props: {
  input: DashboardInput;
  business: Business | undefined;
  form: RefusedForm | undefined;
}): VNode {
  const { input, business, form } = props;
  const isChange = business?.status === 'approved';
  const t = input.t.business;
  const value: Value = (field) => form?.values(field)[0] ?? business?.details[field] ?? '';
  const version = form?.values('version')[0] ?? String(business?.version ?? 0);
  return (
    <section class="card" aria-labelledby="form-heading">
      <h2 id="form-heading">{isChange ? t.change : t.details}</h2>
      {isChange && <p class="hint">{t.changeHint}</p>}
      <Faults input={input} form={form} />
      <PostForm action={dashboardPath('business')} token={input.token} class="step">
        <input type="hidden" name="version" value={version} />
        {shownParts(isChange).map(([part, fields]) => (
          <>
            <h3>{t[part]}</h3>
            {fields.map((field) => (
              <Detail input={input} field={field} value={value(field)} />
            ))}
          </>
        ))}
        <p class="hint">{t.submitHint}</p>
        <button class="button" type="submit" name="step" value={isChange ? 'change' : 'submit'}>
          {t.submit}
        </button>
        {!isChange && (
          <button class="button quiet" type="submit" name="step" value="save">
            {t.save}
          </button>
        )}
      </PostForm>
    </section>
  );
}

type Part = keyof typeof detailParts;

function shownParts(isChange: boolean): [Part, BusinessField[]][] {
  const parts = (Object.keys(detailParts) as Part[]).map((part): [Part, BusinessField[]] => [
    part,
    detailParts[part].filter((field) => !isChange || !fixedFields.includes(field)),
  ]);
  return parts.filter(([, fields]) => fields.length > 0);
}

const mostOf: Readonly<Record<BusinessField, number>> = { ...plainFields, ...personalFields };

/** Nothing is required by the browser: an unfinished form may be saved. */
function Detail({
  input,
  field,
  value,
}: {
  input: DashboardInput;
  field: BusinessField;
  value: string;
}): VNode {
  const t = input.t.business;
  const common = { id: field, label: t.fields[field], hint: t.hints[field], value };
  if (field === 'country' || field === 'category') {
    const names = field === 'country' ? t.countries : t.categories;
    return <Choice {...common} options={[['', t.choose], ...Object.entries(names)]} />;
  }
  const lines = field === 'address' || field === 'owners' ? { lines: 3 } : {};
  return <Field {...common} {...lines} maxlength={mostOf[field]} optional />;
}

/** What is missing or cannot be so, leading to the fields; other refusals as the gateway says them. */
function Faults({ input, form }: { input: DashboardInput; form: RefusedForm | undefined }): VNode | null {
  const t = input.t.business;
  const errors = form?.error.details.errors ?? [];
  if (form?.error.code !== 'validation_failed' || errors.length === 0) return <Refused error={form?.error} />;
  return (
    <div class="notice" role="alert" id="notice">
      <ul>
        {errors.map(({ pointer, code }) => {
          const field = pointer.slice(1) as BusinessField;
          return (
            <li>
              <a href={`#${field}`}>
                {t.fields[field]} {t.faults[code as FieldFault['code']]}
              </a>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

import type { VNode } from 'preact';
import type { PaymentMethod } from '../../processor/payment-methods.ts';
import { testMethods } from '../../processor/test-methods.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { brandName } from '../brand-name.ts';
import { textsOf } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { aboutField } from './form.tsx';

/** The card to pay with: one of the shopper's own or, in a sandbox, a test card. Nothing is chosen beforehand. */
export function MethodsField(props: {
  locale: Locale;
  sandbox: boolean;
  methods: PaymentMethod[];
  notice: NoticeText | undefined;
  legend: string;
  hint: string;
}): VNode {
  const { locale, sandbox, methods, notice, legend, hint } = props;
  const t = textsOf[locale].agreement;
  return (
    <fieldset class="card methods" id="method" {...aboutField('method', notice)}>
      <legend>{legend}</legend>
      <p class="hint" id="method-hint">
        {hint}
      </p>
      {methods.length > 0 && <h3>{t.savedGroup}</h3>}
      {methods.map(({ id, brand, last4 }) => (
        <Method value={id} label={t.savedMethod(brandName(brand), last4)} />
      ))}
      {sandbox && <h3>{t.testGroup}</h3>}
      {sandbox &&
        testMethods.map(({ name, label, last4 }) => (
          <Method value={`test:${name}`} label={label[locale]} last4={last4} />
        ))}
    </fieldset>
  );
}

function Method({ value, label, last4 }: { value: string; label: string; last4?: string }): VNode {
  return (
    <label class="method">
      <input type="radio" name="method" value={value} required />
      <span>{label}</span>
      {last4 !== undefined && <span class="last4">•••• {last4}</span>}
    </label>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { newId } from '../../../lib/ids.ts';
import { PostForm } from '../../parts/form.tsx';
import { dashboardPath } from '../paths.ts';
import type { DashboardInput } from '../input.ts';

/** An amount that a person writes, of which at most so much makes sense. */
export function AmountField(props: { id: string; label: string; hint: string; value?: string }): VNode {
  const { id, label, hint, value } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <input
        type="text"
        id={id}
        name="amount"
        inputmode="decimal"
        autocomplete="off"
        spellcheck={false}
        maxlength={24}
        required
        value={value}
        aria-describedby={`${id}-hint`}
      />
    </div>
  );
}

/** The merchant's own number of what is done, which may be left to us. */
export function ReferenceField({ input, id }: { input: DashboardInput; id: string }): VNode {
  const t = input.t.orders;
  return (
    <div class="field">
      <label for={id}>{t.ownReference}</label>
      <p class="hint" id={`${id}-hint`}>
        {t.ownReferenceHint}
      </p>
      <input
        type="text"
        id={id}
        name="reference"
        autocomplete="off"
        spellcheck={false}
        maxlength={100}
        aria-describedby={`${id}-hint`}
      />
    </div>
  );
}

/** How the goods go, which may be left out; whoever tells one of the two tells both. */
export function ShipmentFields({ input }: { input: DashboardInput }): VNode {
  const t = input.t.orders.shipment;
  const written = { type: 'text', autocomplete: 'off', spellcheck: false, maxlength: 60 } as const;
  return (
    <>
      <div class="field">
        <label for="carrier">{t.carrier}</label>
        <p class="hint" id="shipment-hint">
          {t.hint}
        </p>
        <input {...written} id="carrier" name="carrier" aria-describedby="shipment-hint" />
      </div>
      <div class="field">
        <label for="tracking_number">{t.number}</label>
        <input {...written} id="tracking_number" name="tracking_number" />
      </div>
    </>
  );
}

/**
 * A form that does something with an order once: it carries a reference of its own, so that sent twice it does no more than
 * sent once.
 */
export function OrderForm(props: {
  input: DashboardInput;
  orderId: string;
  step: string;
  class?: string;
  children: ComponentChildren;
}): VNode {
  const { input, orderId, step, children } = props;
  return (
    <PostForm action={dashboardPath('orders', orderId, step)} token={input.token} class={props.class}>
      <input type="hidden" name="form_key" value={newId('req')} />
      {children}
    </PostForm>
  );
}

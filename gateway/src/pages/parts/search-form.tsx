import type { VNode } from 'preact';

/** One field that a page is asked by; looking changes nothing, so it is sent with the address. */
export function SearchForm(props: {
  action: string;
  name: string;
  label: string;
  hint: string;
  button: string;
  value: string;
}): VNode {
  const { action, name, label, hint, button, value } = props;
  return (
    <section class="card">
      <form method="get" action={action} class="step">
        <SearchField name={name} label={label} hint={hint} value={value} most={100} />
        <button class="button quiet" type="submit">
          {button}
        </button>
      </form>
    </section>
  );
}

/** A text to look for, of at most `most` characters. */
export function SearchField(props: {
  name: string;
  label: string;
  hint: string;
  value: string;
  most: number;
}): VNode {
  const { name, label, hint, value, most } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
      <input
        type="text"
        id={name}
        name={name}
        value={value}
        aria-describedby={`${name}-hint`}
        autocomplete="off"
        spellcheck={false}
        maxlength={most}
      />
    </div>
  );
}

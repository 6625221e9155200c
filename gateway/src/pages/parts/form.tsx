import type { ComponentChildren, VNode } from 'preact';
import { formTokenField } from '../forms.ts';
import type { NoticeText } from '../texts/shapes.ts';

/** A form that changes something: posted, with the token that proves it is ours. */
export function PostForm(props: {
  action: string;
  token: string;
  class?: string;
  /** For the script that asks for a passkey. */
  passkey?: { 'data-passkey': 'create' | 'get'; 'data-options': string };
  /** Whether files are sent with it; `readUpload` reads it then. */
  files?: boolean;
  children: ComponentChildren;
}): VNode {
  const encoding = props.files ? 'multipart/form-data' : undefined;
  return (
    <form method="post" action={props.action} class={props.class} enctype={encoding} {...props.passkey}>
      <input type="hidden" name={formTokenField} value={props.token} />
      {props.children}
    </form>
  );
}

/** What is said about the last form, leading to the field that it is about. */
export function Notice({ notice }: { notice: NoticeText | undefined }): VNode | null {
  if (!notice) return null;
  return (
    <p class={notice.good ? 'notice good' : 'notice'} role={notice.good ? 'status' : 'alert'} id="notice">
      {notice.field === undefined ? notice.text : <a href={`#${notice.field}`}>{notice.text}</a>}
    </p>
  );
}

/** Joins a field to the notice that is about it, for those who cannot see that they belong together. */
export function aboutField(
  name: string,
  notice: NoticeText | undefined,
): { 'aria-describedby': string; 'aria-invalid'?: 'true' } {
  const hint = `${name}-hint`;
  return notice?.field === name
    ? { 'aria-describedby': `${hint} notice`, 'aria-invalid': 'true' }
    : { 'aria-describedby': hint };
}

export function TextField(props: {
  name: string;
  label: string;
  hint: string;
  notice: NoticeText | undefined;
  inputmode?: 'numeric' | 'decimal' | 'tel';
  /** What a phone's keypad writes on the key that sends the form. */
  enterkeyhint?: 'go';
  autocomplete: string;
  maxlength: number;
  value?: string | undefined;
  class?: string;
  optional?: boolean;
}): VNode {
  const { name, label, hint, notice, optional = false, ...input } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
      <input
        {...input}
        type="text"
        id={name}
        name={name}
        required={!optional}
        spellcheck={false}
        {...aboutField(name, notice)}
      />
    </div>
  );
}

/** A consent: its whole text beside a box that nobody has ticked but the shopper. */
export function ConsentBox(props: {
  name?: string;
  value: string;
  title: string;
  body: string;
  agree: string;
}): VNode {
  const { name = 'consent' } = props;
  const id = `${name}-${props.value.split('|', 1)[0]?.replaceAll(/\W/g, '-')}`;
  return (
    <div class="consent">
      <h3 id={`${id}-title`}>{props.title}</h3>
      <p id={`${id}-text`}>{props.body}</p>
      <label class="tick">
        <input
          type="checkbox"
          name={name}
          value={props.value}
          required
          aria-describedby={`${id}-title ${id}-text`}
        />
        {props.agree}
      </label>
    </div>
  );
}

import type { ComponentChildren, VNode } from 'preact';

/** A field of a developer's form, with what is said below its label; `lines` makes it as high. */
export function Field(props: {
  id: string;
  name?: string;
  label: string;
  hint: string;
  value?: string | undefined;
  maxlength?: number;
  lines?: number;
  kind?: 'number';
  min?: number;
  max?: number;
  optional?: boolean;
}): VNode {
  const { id, name = id, label, hint, lines, kind, optional = false, ...shape } = props;
  const rest = {
    id,
    name,
    required: !optional,
    'aria-describedby': `${id}-hint`,
    autocomplete: 'off',
    spellcheck: false,
  };
  return (
    <Labelled id={id} label={label} hint={hint}>
      {lines !== undefined && (
        <textarea rows={lines} maxlength={shape.maxlength} {...rest}>
          {shape.value}
        </textarea>
      )}
      {lines === undefined && kind === 'number' && <input type="number" {...shape} {...rest} />}
      {lines === undefined && kind !== 'number' && <input type="text" {...shape} {...rest} />}
    </Labelled>
  );
}

/** A choice of one. */
export function Choice(props: {
  id: string;
  label: string;
  hint?: string;
  value?: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
}): VNode {
  const { id, label, hint, value, options } = props;
  return (
    <Labelled id={id} label={label} hint={hint}>
      <select id={id} name={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`}>
        {options.map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Any number of boxes. */
export function Boxes(props: {
  name: string;
  legend: string;
  hint?: string;
  chosen: readonly string[];
  options: readonly (readonly [value: string, label: string])[];
}): VNode {
  const { name, legend, hint, chosen, options } = props;
  return (
    <fieldset class="card methods">
      <legend>{legend}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {options.map(([value, text]) => (
        <label class="method">
          <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Labelled(props: {
  id: string;
  label: string;
  hint?: string | undefined;
  children: ComponentChildren;
}): VNode {
  const { id, label, hint, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
    </div>
  );
}
